import { hash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type Answer, type GithubOrigins, type JudgedRequest, Refusal, type TokenRights } from "./answer.ts";
import { type ApiDescription, type DescribedOperation, readApiDescription } from "./api-description.ts";
import { assetOperations } from "./asset-operations.ts";
import { GithubState } from "./github-state.ts";
import { judgeRequest } from "./judge-request.ts";
import { releaseOperations } from "./release-operations.ts";
import { serveObject } from "./storage-origin.ts";

const HANDLERS = { ...releaseOperations, ...assetOperations };

/** How a server is set up. An Enterprise server has its API below `/api/v3`, and its uploads below `/api/uploads`. */
export type FakeGithubOptions = {
  readonly owner: string;
  readonly repository: string;
  readonly token: string;
  readonly isEnterprise?: boolean;
  readonly port?: number;
};

/** What the server saw of a request; never its token. */
export type SeenRequest = { readonly operation: string; readonly method: string; readonly target: string; readonly status: number };

/**
 * GitHub on this machine, as far as releases go: three origins, judged requests, judged answers, and state that behaves
 * as GitHub's does, half-sent assets included. A request that the description does not allow is answered 400 and noted
 * in `violations`, which tests look at when they end.
 */
export class FakeGithub {
  readonly state = new GithubState();
  readonly violations: string[] = [];
  readonly seen: SeenRequest[] = [];
  /** How many reads were answered 304. */
  notModified = 0;
  readonly tokens = new Map<string, TokenRights>();
  /** Answers instead of an operation, when it gives one: limits, outages, single sign-on. */
  disturb: (operation: string, method: string) => Answer | undefined = () => undefined;
  /** Headers of every answer, such as when the token ends. */
  extraHeaders: Readonly<Record<string, string>> = {};
  /** Where the parts lie for clients; a test puts relays in front by changing it. */
  origins: GithubOrigins = { api: "", uploads: "", storage: "" };
  readonly #options: FakeGithubOptions;
  readonly #description: ApiDescription;
  readonly #servers: readonly Server[];

  private constructor(options: FakeGithubOptions, description: ApiDescription) {
    this.#options = options;
    this.#description = description;
    this.tokens.set(options.token, "write");
    this.#servers = [
      createServer((message, answer) => void this.#serveApi("api", message, answer)),
      createServer((message, answer) => void this.#serveApi("uploads", message, answer)),
      createServer((message, answer) => this.#note(serveObject(this.state, message, answer))),
    ];
  }

  /** Starts the three origins on free ports of loopback; `port` is the API's. Whoever starts it closes it. */
  static async start(options: FakeGithubOptions): Promise<FakeGithub> {
    const github = new FakeGithub(options, await readApiDescription(options.isEnterprise === true ? "ghes-3.19" : "api.github.com"));
    const [api = 0, uploads = 0, storage = 0] = await Promise.all(
      github.#servers.map((one, index) => listen(one, index === 0 ? (options.port ?? 0) : 0)),
    );
    github.origins = github.originsAt({ api, uploads, storage });
    return github;
  }

  /** The origins when their parts are reached at these ports. */
  originsAt(ports: { readonly api: number; readonly uploads: number; readonly storage: number }): GithubOrigins {
    const isEnterprise = this.#options.isEnterprise === true;
    const at = (port: number, path: string): string => `http://127.0.0.1:${port}${isEnterprise ? path : ""}`;
    return { api: at(ports.api, "/api/v3"), uploads: at(ports.uploads, "/api/uploads"), storage: at(ports.storage, "") };
  }

  /** Ports where the parts really listen. */
  get ports(): { readonly api: number; readonly uploads: number; readonly storage: number } {
    const [api = 0, uploads = 0, storage = 0] = this.#servers.map(portOf);
    return { api, uploads, storage };
  }

  async close(): Promise<void> {
    await Promise.all(
      this.#servers.map(async (server) => {
        const closed = new Promise((settle) => server.close(settle));
        server.closeAllConnections();
        await closed;
      }),
    );
  }

  #note(violation: string | undefined): void {
    if (violation !== undefined) this.violations.push(violation);
  }

  async #serveApi(part: "api" | "uploads", message: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const body = part === "api" ? await readBody(message) : Buffer.alloc(0);
      const { operation, answer } = await this.#answer(part, message, body);
      if (operation !== undefined) this.#note(faultOfAnswer(this.#description, operation, answer));
      this.seen.push({
        operation: operation?.id ?? "none",
        method: message.method ?? "",
        target: message.url ?? "",
        status: answer.status,
      });
      this.notModified += send(message, response, { ...answer, headers: { ...this.extraHeaders, ...answer.headers } });
    } catch (thrown) {
      // The client went away in the middle, as cut connections do.
      if (!response.headersSent && !message.destroyed) this.#note(`the server failed: ${String(thrown)}`);
      response.destroy();
    }
  }

  async #answer(
    part: "api" | "uploads",
    message: IncomingMessage,
    body: Buffer,
  ): Promise<{ readonly operation: DescribedOperation | undefined; readonly answer: Answer }> {
    const url = new URL(message.url ?? "/", this.origins[part]);
    const prefix = new URL(this.origins[part]).pathname.replace(/\/$/, "");
    url.pathname = url.pathname.startsWith(prefix) ? url.pathname.slice(prefix.length) : `/outside${url.pathname}`;
    const verdict = judgeRequest(this.#description, message, url, body);
    const isMisplaced = verdict.kind === "fine" && (verdict.operation.id === "repos/upload-release-asset") !== (part === "uploads");
    if (verdict.kind === "wrong" || isMisplaced) {
      this.#note(verdict.kind === "wrong" ? verdict.why : `${verdict.operation.id} was sent to the ${part} origin`);
      return { operation: undefined, answer: new Refusal(400, "The request is not as described").answer };
    }
    const { operation, path } = verdict;
    try {
      const rights = this.#rightsOf(message.headers.authorization);
      const disturbed = this.disturb(operation.id, message.method ?? "");
      if (disturbed !== undefined) return { operation, answer: disturbed };
      const { owner, repository } = this.#options;
      if (path["owner"] !== undefined && !this.#isVisible(path, rights)) throw new Refusal(404, "Not Found");
      const { headers } = message;
      const { state, origins } = this;
      const { example } = this.#description;
      const request: JudgedRequest = {
        state,
        path,
        query: url.searchParams,
        body: verdict.body,
        headers,
        upload: message,
        origins,
        owner,
        repository,
        rights,
        example,
      };
      const handler = HANDLERS[operation.id];
      if (handler === undefined) throw new Error(`no handler for ${operation.id}`);
      return { operation, answer: await handler(request) };
    } catch (thrown) {
      if (thrown instanceof Refusal) return { operation, answer: thrown.answer };
      throw thrown;
    }
  }

  #rightsOf(authorization: string | undefined): TokenRights | "anonymous" {
    if (authorization === undefined) return "anonymous";
    const rights = this.tokens.get(/^(?:token|bearer) (.+)$/i.exec(authorization)?.[1] ?? "");
    if (rights === undefined || rights === "expired") throw new Refusal(401, "Bad credentials");
    return rights;
  }

  #isVisible(path: Readonly<Record<string, string>>, rights: TokenRights | "anonymous"): boolean {
    const isKnown = path["owner"] === this.#options.owner && path["repo"] === this.#options.repository;
    return isKnown && rights !== "none" && !(rights === "anonymous" && this.state.isPrivate);
  }
}

function faultOfAnswer(description: ApiDescription, operation: DescribedOperation, { status, json, bytes }: Answer): string | undefined {
  // The text of repos/get-release-asset, not its schema, says that the bytes come with a 200 as well.
  if (bytes !== undefined) return undefined;
  const described = operation.answer(status) ?? (status >= 400 ? description.errorSchema : undefined);
  if (described === undefined) return `the server answered ${operation.id} with ${status}, which is not described`;
  if (described === "bare") return undefined;
  return described(json) === true
    ? undefined
    : `the server answered ${operation.id} wrongly: ${JSON.stringify(described.errors).slice(0, 500)}`;
}

/** @returns 1 when the client has the answer already, and gets a 304. */
function send(message: IncomingMessage, response: ServerResponse, answer: Answer): number {
  const text = answer.bytes ?? (answer.json === undefined ? "" : JSON.stringify(answer.json));
  const etag = `"${hash("sha256", text)}"`;
  const isRead = message.method === "GET" && answer.status === 200;
  const headers = {
    ...answer.headers,
    ...(answer.json !== undefined && { "content-type": "application/json; charset=utf-8" }),
    ...(isRead && { etag }),
  };
  message.resume();
  if (isRead && message.headers["if-none-match"] === etag) {
    response.writeHead(304, { etag }).end();
    return 1;
  }

  response.writeHead(answer.status, { ...headers, ...(answer.status !== 204 && { "content-length": Buffer.byteLength(text) }) }).end(text);
  return 0;
}

async function readBody(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) {
    // A message without an encoding gives buffers.
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((settle, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => settle(portOf(server)));
  });
}

function portOf(server: Server): number {
  // A server that listens on TCP has an address of this form.
  return (server.address() as AddressInfo).port;
}
