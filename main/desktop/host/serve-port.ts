import { randomUUID } from "node:crypto";
import { RPCHandler } from "@orpc/server/message-port";
import type { InferRouterInitialContext } from "@orpc/server";
import type { ControlPlane } from "#main/control-plane/compose.ts";
import type { Logger } from "#main/control-plane/ports/logger.ts";
import type { Principal } from "#shared/domain/access/permission.ts";
import { boundPort, type CorePort } from "./core-port.ts";

type RequestContext = InferRouterInitialContext<ControlPlane["router"]>;

/** Makes the function that serves the contract to the window's port, as this machine's own user. */
export function portServer(router: ControlPlane["router"], principal: Principal, logger: Logger): (port: CorePort) => void {
  const context = (): RequestContext => ({ principal, correlationId: randomUUID(), logger });
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
