import { chmod, rename, rm } from "node:fs/promises";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { AppError, toAppError } from "#shared/errors/app-error.ts";
import { ERROR_CODES } from "#shared/errors/codes.ts";
import { IPC_LIMITS, type IpcProblem } from "#shared/protocol/application-ipc.ts";
import type { AgentLogger } from "../logger.ts";
import { findRoute, type IpcRoute } from "./ipc-route.ts";
import { readJson } from "./read-json.ts";
import { setRequestDeadlines } from "./request-deadlines.ts";

/** What a server needs. `releaseOf` tells whose token was shown. */
export type IpcServerPorts = {
  readonly path: string;
  readonly routes: readonly IpcRoute[];
  readonly releaseOf: (token: string) => string | undefined;
  readonly logger: AgentLogger;
};

/** A request must be here whole within this time: whoever dribbles is cut. */
const REQUEST_MS = 10_000;
/** Node's own search for slow requests, which never begins: deadlines are of each connection. The longest that a timer can take. */
const NO_CHECK_MS = 2 ** 31 - 1;
/** A connection on which nothing moved for so long is cut; longer than the longest wait for an answer. */
const IDLE_MS = IPC_LIMITS.waitMs + 15_000;

/**
 * HTTP over a Unix socket for one application. Who may open the socket is the file system's business, who may ask is the
 * token's. Everything that a client can make last or grow has a bound.
 */
export class IpcServer {
  readonly #ports: IpcServerPorts;
  readonly #server: Server;

  private constructor(ports: IpcServerPorts) {
    this.#ports = ports;
    this.#server = createServer(
      {
        maxHeaderSize: 8192,
        connectionsCheckingInterval: NO_CHECK_MS,
        requireHostHeader: false,
      },
      (request, response) => void this.#serve(request, response),
    );
    this.#server.maxConnections = IPC_LIMITS.connections;
    this.#server.setTimeout(IDLE_MS);
    setRequestDeadlines(this.#server, REQUEST_MS);
    this.#server.on("clientError", (_thrown, socket) => socket.destroy());
  }

  /**
   * Listens. The socket gets its name only when its permissions are right, over whatever an earlier agent left.
   *
   * @throws the system's error when the path cannot be had.
   */
  static async open(ports: IpcServerPorts): Promise<IpcServer> {
    const ipc = new IpcServer(ports);
    const first = `${ports.path}.new`;
    await rm(first, { force: true });
    ipc.#server.listen(first);
    await once(ipc.#server, "listening");
    await chmod(first, 0o600);
    await rename(first, ports.path);
    // The applications are what keeps an agent alive, not their open questions.
    ipc.#server.unref();
    return ipc;
  }

  /** Where it listens. */
  get path(): string {
    return this.#ports.path;
  }

  /** Cuts every connection and takes the socket away. */
  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
    await rm(this.#ports.path, { force: true });
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const gone = new AbortController();
    response.once("close", () => gone.abort());
    request.on("error", () => undefined);
    response.on("error", () => undefined);
    try {
      await this.#answer(request, response, gone.signal);
    } catch (thrown) {
      const error = toAppError(thrown);
      if (error.code === "INTERNAL") this.#ports.logger.error({ err: thrown, path: request.url }, "A question of the application failed.");
      if (response.headersSent) return void response.destroy();
      // What was not read of the body would be taken for the next request.
      response.setHeader("Connection", "close");
      send(response, ERROR_CODES[error.code].status, toProblem(error), "application/problem+json");
    }
  }

  async #answer(request: IncomingMessage, response: ServerResponse, signal: AbortSignal): Promise<void> {
    const asker = this.#ports.releaseOf(/^Bearer (\S{1,200})$/i.exec(request.headers.authorization ?? "")?.[1] ?? "");
    if (asker === undefined)
      throw new AppError(
        "ACCESS_UNAUTHENTICATED",
        "The token of ROLLCALL_TOKEN_FILE is missing or not this application's; nothing was answered.",
      );
    const [path = "", query = ""] = (request.url ?? "").split("?", 2);
    const found = findRoute(this.#ports.routes, request.method, path);
    if (found === undefined) throw new AppError("NOT_FOUND", "The agent does not know this question; docs/ipc.md lists those it does.");
    const body = request.method === "GET" ? undefined : await readJson(request, IPC_LIMITS.bodyBytes);
    const lastEventId = request.headers["last-event-id"];
    const answer = await found.route.handle({
      asker,
      id: found.id,
      query: new URLSearchParams(query.slice(0, 1000)),
      lastEventId: typeof lastEventId === "string" ? lastEventId.slice(0, 100) : undefined,
      body,
      signal,
    });
    if ("stream" in answer) return answer.stream(response);
    send(response, answer.status, answer.body, "application/json");
  }
}

function send(response: ServerResponse, status: number, body: object | undefined, type: string): void {
  if (body === undefined) return void response.writeHead(status, { "Cache-Control": "no-store" }).end();
  response.writeHead(status, { "Content-Type": type, "Cache-Control": "no-store" }).end(`${JSON.stringify(body)}\n`);
}

function toProblem(error: AppError): IpcProblem {
  const { status } = ERROR_CODES[error.code];
  return { type: `urn:rollcall:error:${error.code}`, title: error.next, status, detail: error.message, code: error.code };
}
