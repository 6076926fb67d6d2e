import type { IncomingMessage, ServerResponse } from "node:http";
import { httpServer } from "#test/builders/http-server.ts";

/** What is sent in place of what was asked for. */
export type Lie = (response: ServerResponse) => void;

/** One request that came by. */
export type Passed = { readonly path: string; readonly authorization: string | undefined };

const KEPT = ["content-type", "content-range", "etag", "location", "link", "docker-content-digest", "www-authenticate", "last-modified"];

/** A server in front of an honest one. It lies about every place where the marked bytes lie, from when it saw them. */
export class LyingRelay {
  readonly passed: Passed[] = [];
  lie: Lie | undefined;
  /** Whatever holds these words is lied about. */
  marker = "nothing";
  /** And whatever this says. */
  isMarked: (path: string) => boolean = () => false;
  readonly #target: () => string;
  readonly #marked = new Set<string>();
  #url = "";

  private constructor(target: () => string) {
    this.#target = target;
  }

  static async start(target: () => string): Promise<LyingRelay> {
    const relay = new LyingRelay(target);
    relay.#url = await httpServer((request, response) => void relay.#answer(request, response));
    return relay;
  }

  get url(): string {
    return this.#url;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? "/";
    const [plain = ""] = path.split("?");
    this.passed.push({ path, authorization: request.headers.authorization });
    const { host: _host, connection: _connection, ...headers } = request.headers;
    const given = Object.entries(headers).flatMap(([name, value]) => (typeof value === "string" ? [[name, value] as const] : []));
    const found = await fetch(`${this.#target()}${path}`, {
      method: request.method ?? "GET",
      headers: Object.fromEntries(given),
      redirect: "manual",
    });
    const bytes = Buffer.from(await found.arrayBuffer());
    if (bytes.includes(this.marker)) this.#marked.add(plain);
    if (this.lie !== undefined && (this.#marked.has(plain) || this.isMarked(path))) return this.lie(response);
    const kept = KEPT.flatMap((name) => {
      const value = found.headers.get(name);
      return value === null ? [] : [[name, value] as const];
    });
    response.writeHead(found.status, { ...Object.fromEntries(kept), ...(found.status !== 304 && { "content-length": bytes.length }) });
    response.end(request.method === "HEAD" ? undefined : bytes);
  }
}
