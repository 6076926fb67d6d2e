import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";

/** One request with its answer, and what every mount asks about it. */
export type Exchange = {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** The path as it was sent, without the query; not decoded. */
  readonly path: string;
  /** Address of the far end. */
  readonly remote: string;
  /** Stands in the answer's `x-correlation-id` and in log lines. */
  readonly correlationId: string;
};

/** Reads the parts of a request that routing needs. */
export function openExchange(request: IncomingMessage, response: ServerResponse): Exchange {
  const correlationId = randomBytes(9).toString("base64url");
  response.setHeader("x-correlation-id", correlationId);
  return { request, response, path: (request.url ?? "/").split("?", 1)[0] ?? "/", remote: remoteOf(request), correlationId };
}

/** Address of the far end, without the prefix of IPv4 addresses on IPv6 sockets. */
export function remoteOf(request: IncomingMessage): string {
  return (request.socket.remoteAddress ?? "").replace(/^::ffff:/, "");
}
