import type { ServerResponse } from "node:http";
import { toAppError } from "#shared/errors/app-error.ts";
import { ERROR_CODES } from "#shared/errors/codes.ts";
import type { Logger } from "#main/control-plane/ports/logger.ts";

/** Answers with an error in its wire form, and logs bugs of ours. Once the head is out, it can only end the connection. */
export function sendFailure(response: ServerResponse, thrown: unknown, logger: Logger): void {
  const failure = toAppError(thrown);
  if (failure.code === "INTERNAL") logger.error({ err: failure.cause }, "a request failed unexpectedly");
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const body = JSON.stringify({ ...failure.toWire(), next: failure.next });
  const challenge = failure.code === "ACCESS_UNAUTHENTICATED" ? { "www-authenticate": 'Bearer realm="rollcall"' } : {};
  response
    .writeHead(ERROR_CODES[failure.code].status, {
      "content-type": "application/json",
      "content-length": Buffer.byteLength(body),
      "cache-control": "no-store",
      ...challenge,
    })
    .end(body);
}
