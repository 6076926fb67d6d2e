import type { RPCHandler } from "@orpc/server/node";
import { ORPCError } from "@orpc/server";
import { AppError, toAppError } from "#shared/errors/app-error.ts";
import { ERROR_CODES } from "#shared/errors/codes.ts";
import type { Logger } from "#main/control-plane/ports/logger.ts";
import type { Principal } from "#shared/domain/access/permission.ts";
import type { Callers } from "./callers.ts";
import type { Exchange } from "./exchange.ts";
import { readJsonBody } from "./read-body.ts";

/** Largest body of a call; files travel by `/uploads`. */
const MAX_BODY_BYTES = 1024 * 1024;

/** A handler of oRPC, RPC or OpenAPI. */
export type ContractHandler = {
  handle: RPCHandler<{ readonly principal: Principal; readonly correlationId: string; readonly logger: Logger }>["handle"];
};

type Parts = {
  readonly prefix: "/rpc" | "/api/v1";
  readonly handler: () => Promise<ContractHandler>;
  readonly callers: Callers;
  readonly logger: Logger;
};

/**
 * Serves the contract below a prefix. The body is read here, so that its limits and errors are those of every other
 * mount; what goes wrong before the handler is answered in the form that the handler's clients read.
 */
export function apiMount(parts: Parts): (exchange: Exchange) => Promise<void> {
  return async ({ request, response, correlationId }) => {
    try {
      const principal = await parts.callers.requirePrincipal(request);
      const body = await readJsonBody(request, { maxBytes: MAX_BODY_BYTES });
      const handler = await parts.handler();
      const context = { principal, correlationId, logger: parts.logger };
      const { matched } = await handler.handle(Object.assign(request, { body }), response, { prefix: parts.prefix, context });
      if (!matched) throw new AppError("NOT_FOUND", "There is no such procedure.");
    } catch (thrown) {
      const failure = toAppError(thrown);
      if (failure.code === "INTERNAL") parts.logger.error({ err: failure.cause, correlationId }, "a call failed unexpectedly");
      if (response.headersSent) return void response.destroy();
      const { status } = ERROR_CODES[failure.code];
      const data = { ...failure.details, correlationId };
      const error = { ...new ORPCError(failure.code, { status, message: failure.message, data }).toJSON(), defined: true };
      // A request that was refused before its body was read cannot be followed by another one on this connection.
      if (!request.complete) response.setHeader("connection", "close");
      response.writeHead(status, { "content-type": "application/json", "cache-control": "no-store" });
      response.end(JSON.stringify(parts.prefix === "/rpc" ? { json: error } : error));
    }
  };
}

/** What oRPC throws about a body that is JSON but no call: named as our own, so that clients see one set of codes. */
export async function nameDecodingFailure<T>(next: () => Promise<T>): Promise<T> {
  try {
    return await next();
  } catch (thrown) {
    if (thrown instanceof ORPCError) throw thrown;
    throw new ORPCError("INPUT_INVALID", {
      status: 400,
      message: "The request is not a call of this API; nothing was done.",
      cause: thrown,
    });
  }
}
