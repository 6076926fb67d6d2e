import type { IncomingMessage, ServerResponse } from "node:http";
import { AppError } from "#shared/errors/app-error.ts";
import type { Logger } from "#main/control-plane/ports/logger.ts";
import { openExchange, type Exchange } from "./exchange.ts";
import { isOwnHost } from "./own-addresses.ts";
import type { Mount } from "./routes.ts";
import { setCommonHeaders } from "./security-headers.ts";
import { sendFailure } from "./send-failure.ts";

/** Whether requests are served: not before everything has started, and not any more once it stops. */
export type Readiness = "starting" | "ready" | "stopping";

type Parts = {
  readonly readiness: () => Readiness;
  readonly route: (path: string) => Mount;
  readonly ownNames: () => ReadonlySet<string>;
  readonly logger: Logger;
  readonly nowMs: () => number;
};

/** Paths whose requests are too many, and too much alike, for the log. */
const QUIET = /^\/(?:healthz|readyz|metrics$|agent\/v1\/poll|assets\/)/;

/** Serves every request of the server: its checks, its mount, its failure, its line in the log. */
export function requestHandler(parts: Parts): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    const startedMs = parts.nowMs();
    const exchange = openExchange(request, response);
    setCommonHeaders(response);
    response.once("close", () => logExchange(parts, exchange, parts.nowMs() - startedMs));
    serve(parts, exchange).catch((thrown: unknown) => sendFailure(response, thrown, parts.logger));
  };
}

async function serve(parts: Parts, exchange: Exchange): Promise<void> {
  const { request, response, path } = exchange;
  const readiness = parts.readiness();
  if (path === "/healthz") return sendWord(response, 200, "ok");
  if (path === "/readyz") return sendWord(response, readiness === "ready" ? 200 : 503, readiness);
  if (readiness !== "ready") {
    response.setHeader("retry-after", "1");
    throw new AppError("TRANSPORT_CLOSED", `The control plane is ${readiness}; nothing was done.`);
  }
  if (!isOwnHost(request.headers.host, parts.ownNames())) {
    throw new AppError(
      "ACCESS_DENIED",
      "This control plane is not known by that name; add the address to its public addresses in the settings.",
    );
  }
  await parts.route(path)(exchange);
}

function sendWord(response: ServerResponse, status: number, word: string): void {
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" }).end(`${word}\n`);
}

function logExchange({ logger }: Parts, { request, response, path, remote, correlationId }: Exchange, durationMs: number): void {
  const fields = {
    method: request.method,
    path: path.slice(0, 200),
    status: response.statusCode,
    durationMs: Math.round(durationMs),
    remote,
    correlationId,
  };
  if (QUIET.test(path)) logger.debug(fields, "request");
  else logger.info(fields, "request");
}
