import type { ServerResponse } from "node:http";
import { toAppError } from "#shared/errors/app-error.ts";
import { ERROR_CODES } from "#shared/errors/codes.ts";
import type { Logger } from "#main/control-plane/ports/logger.ts";

/** Answers with an error in its wire form, and logs bugs of ours. Once the head is out, it can only end the connection. */
export function sendFailure(response: ServerResponse, thrown: unknown, logger: Logger): void {
  const failure = toAppError(thrown);
  if (failure.code === "INTERNAL")
    logger.error({ err: failure.cause, correlationId: response.getHeader("x-correlation-id") }, "a request failed unexpectedly");
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const correlationId = response.getHeader("x-correlation-id");
  const body = JSON.stringify({ ...failure.toWire(), next: failure.next, correlationId });
  if (failure.code === "ACCESS_UNAUTHENTICATED") response.setHeader("www-authenticate", 'Bearer realm="rollcall"');
  const { retryAfterMs } = failure.details;
  if (typeof retryAfterMs === "number") response.setHeader("retry-after", Math.ceil(retryAfterMs / 1000));
  response
    .writeHead(ERROR_CODES[failure.code].status, {
      "content-type": "application/json",
      "content-length": Buffer.byteLength(body),
      "cache-control": "no-store",
    })
    .end(body);
}
