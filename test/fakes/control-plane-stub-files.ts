import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { AGENT_PATHS } from "#shared/protocol/limits.ts";
import type { TufRepository } from "./tuf-repository.ts";

/** What goes wrong with blobs, on purpose. */
export type BlobFaults = {
  /** Ends the connection after this many bytes of an answer, once for each entry. */
  readonly cuts: number[];
  /** Bytes are held back until this resolves. */
  hold: Promise<void> | undefined;
  /** Answers every request with this status. */
  status: number | undefined;
};

/** One request for a blob, as the test sees it. */
export type BlobRequest = {
  readonly digest: string;
  readonly range: string | undefined;
  readonly ifRange: string | undefined;
  readonly authorization: string | undefined;
};

/** The files of a control plane: trust metadata, signed targets, and blobs with Range and ETag. */
export class StubFiles {
  readonly blobs = new Map<string, Buffer>();
  readonly faults: BlobFaults = { cuts: [], hold: undefined, status: undefined };
  readonly requests: BlobRequest[] = [];
  /** Digests whose bytes come one by one, without an end in sight. */
  readonly crawls = new Set<string>();
  /** What is answered in place of the bytes of a digest. */
  readonly lies = new Map<string, (response: ServerResponse) => void>();
  metadataHold: Promise<void> | undefined;
  /** Called when an artifact is asked for. */
  onBlob: (() => void) | undefined;
  accessToken = "";
  readonly #repository: TufRepository;

  constructor(repository: TufRepository) {
    this.#repository = repository;
  }

  /** Keeps a blob and names it by its digest. */
  addBlob(bytes: Buffer): string {
    const digest = createHash("sha256").update(bytes).digest("hex");
    this.blobs.set(digest, bytes);
    return digest;
  }

  /** Serves a request if it is for a file. */
  async serve(request: IncomingMessage, response: ServerResponse, path: string): Promise<boolean> {
    const isFile = [AGENT_PATHS.trustMetadata, AGENT_PATHS.trustTargets, AGENT_PATHS.registry].some((prefix) =>
      path.startsWith(`${prefix}/`),
    );
    if (!isFile) return false;
    if (request.headers.authorization !== `Bearer ${this.accessToken}`) {
      response.writeHead(401).end(JSON.stringify({ code: "ACCESS_UNAUTHENTICATED", message: "No token." }));
      return true;
    }
    if (path.startsWith(AGENT_PATHS.registry)) await this.#serveBlob(request, response, path);
    else await this.#serveTrust(response, path);
    return true;
  }

  async #serveTrust(response: ServerResponse, path: string): Promise<void> {
    await this.metadataHold;
    const bytes = path.startsWith(AGENT_PATHS.trustMetadata)
      ? this.#repository.metadata.get(decodeURIComponent(path.slice(AGENT_PATHS.trustMetadata.length + 1)))
      : this.#repository.targets.get(decodeURIComponent(path.slice(AGENT_PATHS.trustTargets.length + 1)));
    if (bytes === undefined) response.writeHead(404).end();
    else response.writeHead(200, { "Content-Length": bytes.length }).end(bytes);
  }

  async #serveBlob(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    this.onBlob?.();
    const digest = /^\/v2\/[a-z0-9.-]+\/blobs\/sha256:([0-9a-f]{64})$/.exec(path)?.[1] ?? "";
    const { range, authorization } = request.headers;
    const ifRange = request.headers["if-range"];
    this.requests.push({ digest, range, ifRange: typeof ifRange === "string" ? ifRange : undefined, authorization });
    const lie = this.lies.get(digest);
    if (lie !== undefined) return lie(response);
    const bytes = this.blobs.get(digest);
    if (this.faults.status !== undefined || bytes === undefined) return void response.writeHead(this.faults.status ?? 404).end();
    const etag = `"${digest}"`;
    const from = ifRange === undefined || ifRange === etag ? Number(/^bytes=(\d+)-$/.exec(range ?? "")?.[1] ?? 0) : 0;
    if (from > 0 && from >= bytes.length) return void response.writeHead(416, { "Content-Range": `bytes */${bytes.length}` }).end();
    const body = bytes.subarray(from);
    const headers = { ETag: etag, "Content-Length": body.length, "Accept-Ranges": "bytes" };
    if (from > 0) response.writeHead(206, { ...headers, "Content-Range": `bytes ${from}-${bytes.length - 1}/${bytes.length}` });
    else response.writeHead(200, headers);
    if (this.crawls.has(digest)) return crawl(response, body);
    const cut = this.faults.cuts.shift();
    if (cut !== undefined && cut < body.length) return void response.write(body.subarray(0, cut), () => response.destroy());
    if (this.faults.hold !== undefined) {
      response.write(body.subarray(0, Math.floor(body.length / 2)));
      await this.faults.hold;
      return void response.end(body.subarray(Math.floor(body.length / 2)));
    }
    response.end(body);
  }
}

function crawl(response: ServerResponse, body: Buffer): void {
  let sent = 0;
  const timer = setInterval(() => {
    response.write(body.subarray(sent, sent + 1));
    sent += 1;
  }, 50);
  response.once("close", () => clearInterval(timer));
}
