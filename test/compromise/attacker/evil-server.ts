import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { AGENT_PATHS } from "#shared/protocol/limits.ts";
import type { TufRepository } from "#test/fakes/tuf-repository.ts";

/** What the attacker answers instead of a file: bytes of their own, nothing, or whatever they do with the connection. */
export type Answer = Buffer | undefined | ((request: IncomingMessage, response: ServerResponse) => void);

/** One request as the attacker saw it. */
export type Seen = { readonly path: string; readonly authorization: string | undefined; readonly range: string | undefined };

/**
 * The files of a control plane in the hands of an attacker: honest by default, any of them replaced by name (`timestamp.json`,
 * a target's path with its prefix, or the digest of a blob).
 */
export class EvilServer {
  readonly lies = new Map<string, Answer>();
  readonly blobs = new Map<string, Buffer>();
  readonly seen: Seen[] = [];
  repository: TufRepository;
  readonly #server: Server;

  private constructor(repository: TufRepository) {
    this.repository = repository;
    this.#server = createServer((request, response) => this.#serve(request, response));
  }

  static async start(repository: TufRepository): Promise<EvilServer> {
    const server = new EvilServer(repository);
    server.#server.listen(0, "127.0.0.1");
    await once(server.#server, "listening");
    return server;
  }

  get url(): string {
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new TypeError("the attacker's server does not listen");
    return `http://127.0.0.1:${address.port}`;
  }

  /** Serves the state that a repository had, instead of what it has: metadata by name. */
  replay(files: ReadonlyMap<string, Buffer>): void {
    for (const [name, bytes] of files) this.lies.set(name, bytes);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    const path = decodeURIComponent(request.url ?? "");
    this.seen.push({ path, authorization: request.headers.authorization, range: request.headers.range });
    const answer = this.#answer(path);
    if (typeof answer === "function") return answer(request, response);
    if (answer === undefined) return void response.writeHead(404).end();
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
    const head = { "Content-Length": answer.length - from, ETag: '"one"' };
    if (from === 0) response.writeHead(200, head).end(answer);
    else
      response
        .writeHead(206, { ...head, "Content-Range": `bytes ${from}-${answer.length - 1}/${answer.length}` })
        .end(answer.subarray(from));
  }

  #answer(path: string): Answer {
    const metadata = after(path, AGENT_PATHS.trustMetadata);
    if (metadata !== undefined) return this.#lieOr(metadata, this.repository.metadata);
    const target = after(path, AGENT_PATHS.trustTargets);
    if (target !== undefined) return this.#lieOr(target, this.repository.targets);
    return this.#lieOr(path.replace(/^.*sha256:|[?].*$/g, ""), this.blobs);
  }

  #lieOr(name: string, honest: ReadonlyMap<string, Buffer>): Answer {
    return this.lies.has(name) ? this.lies.get(name) : honest.get(name);
  }
}

function after(path: string, prefix: string): string | undefined {
  return path.startsWith(`${prefix}/`) ? path.slice(prefix.length + 1) : undefined;
}
