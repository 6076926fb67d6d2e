import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { upgradeHandler } from "./http/upgrade-handler.ts";
import { listen } from "./listen.ts";
import { stopListening, trackConnections, type Connections } from "./stop-listening.ts";
import type { ServerCertificate } from "./tls/server-certificate.ts";

/** How long the head of a request may take, and a whole request with a piece of an upload. */
const HEAD_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 10 * 60_000;
const LIMITS = { headersTimeout: HEAD_TIMEOUT_MS, requestTimeout: REQUEST_TIMEOUT_MS, keepAliveTimeout: 65_000, maxHeaderSize: 16_384 };

/** What answers on a listener. */
export type Handlers = { readonly request: RequestListener; readonly upgrade: ReturnType<typeof upgradeHandler> };

/** One address that is listened on, in plain HTTP or with a certificate. */
export class HttpListener {
  readonly #server: Server;
  readonly #connections: Connections;

  constructor(handlers: Handlers, certificate: ServerCertificate | undefined) {
    this.#server =
      certificate === undefined
        ? createServer(LIMITS, handlers.request)
        : createTlsServer(
            { ...LIMITS, cert: certificate.certificate, key: certificate.privateKey, minVersion: "TLSv1.2" },
            handlers.request,
          );
    this.#server.on("upgrade", handlers.upgrade);
    this.#connections = trackConnections(this.#server);
  }

  /** Binds it and answers the port. @throws AppError as {@link listen} does. */
  listen(host: string, port: number): Promise<number> {
    return listen(this.#server, host, port);
  }

  /** Stops it as {@link stopListening} does. */
  stop(sayGoodbye: () => Promise<void>): Promise<void> {
    return stopListening(this.#server, this.#connections, sayGoodbye);
  }
}
