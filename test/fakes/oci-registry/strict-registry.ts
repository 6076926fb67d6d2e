import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import { Refusal, RegistryContent } from "./registry-content.ts";
import type { SeenRequest, StrictRegistryOptions } from "./registry-options.ts";
import { UploadRoutes } from "./upload-routes.ts";

const ROUTE =
  /^\/v2\/(?<repository>[a-z0-9._/-]+?)\/(?:(?<kind>blobs|manifests|referrers)\/(?<name>[^/]+)|blobs\/uploads\/(?<upload>[^/]*)|tags\/list)$/;

/**
 * A small registry that has what docker-registry lacks: the referrers API, least sizes of parts, redirects of blobs to
 * another origin, ranges that are checked. It refuses whatever the distribution-spec 1.1 does not allow, and passes the
 * same suite as the real one.
 */
export class StrictRegistry {
  readonly content = new RegistryContent();
  readonly requests: SeenRequest[] = [];
  readonly uploads: UploadRoutes;
  readonly #options: StrictRegistryOptions;
  readonly #server: Server;
  readonly #storage: Server;
  readonly #tokenUses = new Map<string, number>();

  private constructor(options: StrictRegistryOptions) {
    this.#options = options;
    this.uploads = new UploadRoutes(this.content, options);
    this.#server = createServer((request, response) => void this.#serve(request, response));
    this.#storage = createServer((request, response) => this.#serveStorage(request, response));
  }

  /** Starts one on free loopback ports; whoever starts it closes it. */
  static async start(options: StrictRegistryOptions = {}): Promise<StrictRegistry> {
    const registry = new StrictRegistry(options);
    for (const server of [registry.#server, registry.#storage]) {
      await new Promise<void>((settle) => {
        server.listen(0, "127.0.0.1", settle);
      });
    }
    return registry;
  }

  get port(): number {
    return portOf(this.#server);
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async close(): Promise<void> {
    for (const server of [this.#server, this.#storage]) {
      server.closeAllConnections();
      await new Promise<void>((settle) => {
        server.close(() => settle());
      });
    }
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    incoming.on("error", () => undefined);
    const url = new URL(incoming.url ?? "/", this.url);
    const request = { method: incoming.method ?? "", path: url.pathname, query: url.searchParams, headers: incoming.headers };
    this.requests.push(request);
    try {
      this.#letIn(request);
      await this.#route(request, incoming, response);
    } catch (thrown) {
      if (!(thrown instanceof Refusal)) return void response.destroy();
      incoming.resume();
      const body = JSON.stringify({ errors: [{ code: thrown.code, message: thrown.code.toLowerCase() }] });
      response.writeHead(thrown.status, { "content-type": "application/json", ...thrown.headers }).end(body);
    }
  }

  async #route(request: SeenRequest, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.path === "/v2/") return void response.writeHead(200).end("{}");
    const { repository = "", kind, name = "", upload } = ROUTE.exec(request.path)?.groups ?? {};
    // What registries behind a proxy make of where they are.
    const origin = `http://${incoming.headers.host ?? ""}`;
    if (upload === "" && request.method === "POST") return this.uploads.open(repository, request, response, origin);
    if (upload !== undefined) return this.uploads.at(repository, upload, request, incoming, response, origin);
    if (kind === "manifests") return this.#manifest(repository, name, request, incoming, response);
    if (kind === "blobs") return this.#blob(repository, name, request, response);
    if (kind === "referrers" && this.#options.referrers !== false) return this.#referrers(repository, name, response);
    if (kind === undefined && repository !== "") return this.#tags(repository, request, response);
    throw new Refusal(404, "NAME_UNKNOWN");
  }

  async #manifest(
    repository: string,
    reference: string,
    request: SeenRequest,
    incoming: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    if (request.method === "PUT") {
      const bytes = Buffer.concat(await Array.fromAsync(incoming as AsyncIterable<Buffer>));
      const { digest, subject } = this.content.putManifest(repository, reference, {
        bytes,
        mediaType: incoming.headers["content-type"] ?? "",
      });
      const noted = subject !== undefined && this.#options.referrers !== false ? { "oci-subject": subject } : {};
      response.writeHead(201, { location: `/v2/${repository}/manifests/${digest}`, "docker-content-digest": digest, ...noted }).end();
      return;
    }
    const digest = this.content.resolve(repository, reference);
    if (request.method === "DELETE") {
      if (!reference.includes(":") && this.#options.tagRemoval === false) throw new Refusal(405, "UNSUPPORTED");
      this.content.tags.get(repository)?.delete(reference);
      response.writeHead(202).end();
      return;
    }
    const { bytes, mediaType } = this.content.manifest(repository, digest);
    const headers = { "content-type": mediaType, "content-length": bytes.length, "docker-content-digest": digest };
    response.writeHead(200, headers).end(request.method === "HEAD" ? undefined : bytes);
  }

  #blob(repository: string, digest: string, request: SeenRequest, response: ServerResponse): void {
    const bytes = this.content.blob(repository, digest);
    if (request.method === "GET" && this.#options.redirectsBlobs === true) {
      const location = `http://127.0.0.1:${portOf(this.#storage)}/${repository}/${digest}?Expires=${Math.floor(Date.now() / 1000) + 600}&Signature=x`;
      response.writeHead(307, { location }).end();
      return;
    }
    sendRange(bytes, request, response);
  }

  /** Storage services take the permission in the address, and none beside it. */
  #serveStorage(incoming: IncomingMessage, response: ServerResponse): void {
    const url = new URL(incoming.url ?? "/", this.url);
    const [, repository = "", digest = ""] = /^\/(.+)\/([^/]+)$/.exec(url.pathname) ?? [];
    const isSigned = url.searchParams.get("Signature") === "x" && incoming.headers.authorization === undefined;
    const request = { method: incoming.method ?? "", path: url.pathname, query: url.searchParams, headers: incoming.headers };
    if (!isSigned) response.writeHead(400).end("<Error>one way to authenticate only</Error>");
    else sendRange(this.content.blob(repository, digest), request, response);
  }

  #referrers(repository: string, digest: string, response: ServerResponse): void {
    const index = {
      schemaVersion: 2,
      mediaType: "application/vnd.oci.image.index.v1+json",
      manifests: this.content.referrers(repository, digest),
    };
    response.writeHead(200, { "content-type": index.mediaType }).end(JSON.stringify(index));
  }

  #tags(repository: string, { query }: SeenRequest, response: ServerResponse): void {
    const all = [...(this.content.tags.get(repository)?.keys() ?? [])].toSorted();
    if (!this.content.tags.has(repository)) throw new Refusal(404, "NAME_UNKNOWN");
    const after = all.filter((tag) => tag > (query.get("last") ?? ""));
    const size = Math.min(this.#options.pageSize ?? 1000, Number(query.get("n") ?? 1000));
    const page = after.slice(0, size);
    const link = page.length < after.length ? { link: `</v2/${repository}/tags/list?n=${size}&last=${page.at(-1)}>; rel="next"` } : {};
    response.writeHead(200, { "content-type": "application/json", ...link }).end(JSON.stringify({ name: repository, tags: page }));
  }

  #letIn(request: SeenRequest): void {
    const { auth, tokenUses = Number.MAX_SAFE_INTEGER } = this.#options;
    if (auth === undefined) return;
    const repository = ROUTE.exec(request.path)?.groups?.["repository"] ?? "";
    const action = ["GET", "HEAD"].includes(request.method)
      ? "pull"
      : request.method === "DELETE" && request.path.includes("/manifests/")
        ? "delete"
        : "push";
    const scope = repository === "" ? "" : `,scope="repository:${repository}:${action}"`;
    const challenge = (error: string): Refusal =>
      new Refusal(401, "UNAUTHORIZED", { "www-authenticate": `Bearer realm="${auth.realm}",service="${auth.service}"${scope}${error}` });
    const token = /^Bearer (.+)$/.exec(String(request.headers["authorization"] ?? ""))?.[1];
    if (token === undefined) throw challenge("");
    const uses = (this.#tokenUses.get(token) ?? 0) + 1;
    this.#tokenUses.set(token, uses);
    if (uses > tokenUses) throw challenge(',error="invalid_token"');
    if (repository !== "" && !allows(token, repository, action)) throw challenge(',error="insufficient_scope"');
  }
}

/** One for the running test, closed when it ends. */
export async function strictRegistry(options: StrictRegistryOptions = {}): Promise<StrictRegistry> {
  const registry = await StrictRegistry.start(options);
  onTestFinished(() => registry.close());
  return registry;
}

function allows(token: string, repository: string, action: string): boolean {
  const claims = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8")) as {
    readonly access: readonly { readonly name: string; readonly actions: readonly string[] }[];
  };
  return claims.access.some((one) => one.name === repository && one.actions.includes(action));
}

function sendRange(bytes: Buffer, request: SeenRequest, response: ServerResponse): void {
  const range = /^bytes=(\d+)-(\d+)$/.exec(String(request.headers["range"] ?? ""));
  const [first, last] = range === null ? [0, bytes.length - 1] : [Number(range[1]), Math.min(Number(range[2]), bytes.length - 1)];
  const part = bytes.subarray(first, last + 1);
  const partial = range === null ? {} : { "content-range": `bytes ${first}-${last}/${bytes.length}` };
  response.writeHead(range === null ? 200 : 206, { "content-length": part.length, "content-type": "application/octet-stream", ...partial });
  response.end(request.method === "HEAD" ? undefined : part);
}

function portOf(server: Server): number {
  // A TCP server that listens has an address of this form.
  return (server.address() as AddressInfo).port;
}
