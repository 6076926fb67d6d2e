import { once } from "node:events";
import { request as ask, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import { connect } from "node:net";
import { buffer } from "node:stream/consumers";
import type { Duplex } from "node:stream";
import { AGENT_PATHS } from "#shared/protocol/limits.ts";

/** What is shown instead of a file: other bytes, or what becomes of the genuine ones. */
export type Lie = Buffer | ((genuine: Buffer) => Buffer);

/**
 * What stands at the stolen address under the stolen certificate: it hands everything on to the thief's control plane,
 * links included, and lies about files by name (`timestamp.json`, a target's path with its prefix, the digest of a blob).
 */
export class ThiefFront {
  readonly lies = new Map<string, Lie>();
  /** Paths that hosts have asked for. */
  readonly seen: string[] = [];
  readonly #server: Server;
  readonly #behindPort: number;
  readonly #tunnels = new Set<Duplex>();

  private constructor(identity: { readonly key: string; readonly cert: string }, behindPort: number) {
    this.#behindPort = behindPort;
    this.#server = createServer(identity, (request, response) => void this.#serve(request, response).catch(() => response.destroy()));
    this.#server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => this.#tunnel(request, socket, head));
  }

  /** @param behindPort where the thief's control plane listens on loopback. */
  static async start(identity: { readonly key: string; readonly cert: string }, port: number, behindPort: number): Promise<ThiefFront> {
    const front = new ThiefFront(identity, behindPort);
    front.#server.listen(port, "0.0.0.0");
    await once(front.#server, "listening");
    return front;
  }

  /** Whether anybody has asked for a blob. */
  wasAskedFor(digest: string): boolean {
    return this.seen.some((path) => path.startsWith(`${AGENT_PATHS.registry}/`) && path.includes(digest));
  }

  async stop(): Promise<void> {
    for (const tunnel of this.#tunnels) tunnel.destroy();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = decodeURIComponent(request.url ?? "");
    this.seen.push(path);
    const lie = this.lies.get(nameOf(path));
    const { range: _dropped, ...whole } = request.headers;
    const headers = { ...(lie === undefined ? request.headers : whole), host: `127.0.0.1:${this.#behindPort}` };
    const asked = ask({ host: "127.0.0.1", port: this.#behindPort, path: request.url, method: request.method, headers });
    request.pipe(asked);
    const [genuine] = (await once(asked, "response")) as [IncomingMessage];
    if (lie === undefined) return void genuine.pipe(response.writeHead(genuine.statusCode ?? 502, genuine.headers));
    const bytes = await buffer(genuine);
    const shown = typeof lie === "function" ? lie(bytes) : lie;
    response.writeHead(200, { "Content-Type": "application/octet-stream", "Content-Length": shown.length, ETag: '"one"' }).end(shown);
  }

  #tunnel(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const behind = connect(this.#behindPort, "127.0.0.1");
    const headers = { ...request.headers, host: `127.0.0.1:${this.#behindPort}` };
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${String(value)}`);
    behind.write(`${request.method} ${request.url} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`);
    behind.write(head);
    socket.pipe(behind).pipe(socket);
    for (const [one, other] of [
      [socket, behind],
      [behind, socket],
    ] as const) {
      this.#tunnels.add(one);
      one.on("error", () => other.destroy());
      one.on("close", () => {
        this.#tunnels.delete(one);
        other.destroy();
      });
    }
  }
}

/** What a request is about, as lies are named. */
function nameOf(path: string): string {
  for (const prefix of [AGENT_PATHS.trustMetadata, AGENT_PATHS.trustTargets])
    if (path.startsWith(`${prefix}/`)) return path.slice(prefix.length + 1);
  return path.replace(/^.*sha256:|[?].*$/g, "");
}
