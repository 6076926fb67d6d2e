import { randomUUID } from "node:crypto";
import { RPCHandler } from "@orpc/server/message-port";
import type { InferRouterInitialContext } from "@orpc/server";
import type { ControlPlane } from "#main/control-plane/compose.ts";
import type { Logger } from "#main/control-plane/ports/logger.ts";
import type { Principal } from "#shared/domain/access/permission.ts";
import { boundPort, type CorePort } from "./core-port.ts";

/** What the contract's handlers are given with each call. */
export type RequestContext = InferRouterInitialContext<ControlPlane["router"]>;

/** A new call's context: who sits at the window, and an id under which the call stands in log and answer. */
export function windowContext(principal: Principal, logger: Logger): RequestContext {
  return { principal, correlationId: randomUUID(), logger };
}

/** Makes the function that serves the contract to the window's port, as this machine's own user. */
export function portServer(router: ControlPlane["router"], principal: Principal, logger: Logger): (port: CorePort) => void {
  const context = (): RequestContext => windowContext(principal, logger);
  const handler = new RPCHandler<RequestContext>(router, {
    // The port's context is one for its whole life; each call gets an id of its own here.
    rootInterceptors: [(options) => options.next({ ...options, context: context() })],
  });
  return (port) => {
    const bounded = boundPort(port, () => logger.warn({}, "the window sent what no console sends; its port was closed"));
    handler.upgrade(bounded, { context: context() });
    port.start();
  };
}
