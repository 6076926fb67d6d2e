import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { Refusal, type OpenUpload, type RegistryContent } from "./registry-content.ts";
import type { SeenRequest, StrictRegistryOptions } from "./registry-options.ts";

/** The part of a strict registry that takes uploads: distribution-spec 1.1, "Pushing blobs". */
export class UploadRoutes {
  readonly #content: RegistryContent;
  readonly #options: StrictRegistryOptions;
  /** Bytes that the next status question finds missing, as when a registry's node was lost. */
  loseBytes = 0;

  constructor(content: RegistryContent, options: StrictRegistryOptions) {
    this.#content = content;
    this.#options = options;
  }

  /** `POST …/blobs/uploads/`: opens an upload, or mounts. */
  open(repository: string, { query }: SeenRequest, response: ServerResponse, origin: string): void {
    const [mount, from] = [query.get("mount"), query.get("from")];
    const held = mount !== null && from !== null ? this.#content.blobs.get(`${from}@${mount}`) : undefined;
    if (held !== undefined && this.#options.mounts !== false) {
      this.#content.blobs.set(`${repository}@${mount ?? ""}`, held);
      response.writeHead(201, { location: `/v2/${repository}/blobs/${mount ?? ""}`, "docker-content-digest": mount ?? "" }).end();
      return;
    }
    const id = randomUUID();
    const upload = { repository, pieces: [], sizeBytes: 0, lastPartBytes: Number.MAX_SAFE_INTEGER };
    this.#content.uploads.set(id, upload);
    const min = this.#options.minChunkBytes;
    response
      .writeHead(202, { ...this.#where(id, upload, origin), ...(min !== undefined && { "oci-chunk-min-length": String(min) }) })
      .end();
  }

  /** One of GET, PATCH, PUT, DELETE on an upload that is open. */
  async at(
    repository: string,
    id: string,
    request: SeenRequest,
    incoming: IncomingMessage,
    response: ServerResponse,
    origin: string,
  ): Promise<void> {
    const upload = this.#content.uploads.get(id);
    // The query that the location carried has to come back.
    if (upload?.repository !== repository || request.query.get("state") !== "s&1") throw new Refusal(404, "BLOB_UPLOAD_UNKNOWN");
    if (request.method === "GET") response.writeHead(204, this.#where(id, upload, origin)).end();
    else if (request.method === "PATCH") await this.#part(id, upload, incoming, response, origin);
    else if (request.method === "PUT") await this.#close(id, upload, request, incoming, response);
    else if (request.method === "DELETE") {
      this.#content.uploads.delete(id);
      response.writeHead(204).end();
    } else throw new Refusal(405, "UNSUPPORTED");
  }

  async #part(id: string, upload: OpenUpload, incoming: IncomingMessage, response: ServerResponse, origin: string): Promise<void> {
    if (this.#options.uploads === "whole") throw new Refusal(405, "UNSUPPORTED");
    if (incoming.headers["content-type"] !== "application/octet-stream") throw new Refusal(400, "BLOB_UPLOAD_INVALID");
    this.#lose(upload);
    const range = /^(\d+)-(\d+)$/.exec(incoming.headers["content-range"] ?? "");
    if (range === null) throw new Refusal(400, "BLOB_UPLOAD_INVALID");
    if (Number(range[1]) !== upload.sizeBytes) throw new Refusal(416, "BLOB_UPLOAD_INVALID", this.#where(id, upload, origin));
    const announced = Number(incoming.headers["content-length"]);
    if (announced !== Number(range[2]) - Number(range[1]) + 1) throw new Refusal(400, "SIZE_INVALID");
    // Only the last part may be short, and a part that follows shows that the one before was not the last.
    if (upload.lastPartBytes < (this.#options.minChunkBytes ?? 0)) throw new Refusal(400, "BLOB_UPLOAD_INVALID");
    await take(upload, incoming);
    upload.lastPartBytes = announced;
    response.writeHead(202, this.#where(id, upload, origin)).end();
  }

  async #close(id: string, upload: OpenUpload, request: SeenRequest, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const digest = request.query.get("digest");
    if (digest === null) throw new Refusal(400, "DIGEST_INVALID");
    await take(upload, incoming);
    this.#content.uploads.delete(id);
    this.#content.putBlob(upload.repository, digest, upload.pieces);
    response.writeHead(201, { location: `/v2/${upload.repository}/blobs/${digest}`, "docker-content-digest": digest }).end();
  }

  #lose(upload: OpenUpload): void {
    if (this.loseBytes === 0 || upload.sizeBytes <= this.loseBytes) return;
    upload.pieces = [Buffer.concat(upload.pieces).subarray(0, upload.sizeBytes - this.loseBytes)];
    upload.sizeBytes -= this.loseBytes;
    this.loseBytes = 0;
  }

  #where(id: string, upload: OpenUpload, origin: string): Record<string, string> {
    const path = `/v2/${upload.repository}/blobs/uploads/${id}?state=s%261`;
    return {
      location: this.#options.locations === "absolute" ? origin + path : path,
      range: `0-${Math.max(0, upload.sizeBytes - 1)}`,
      "docker-upload-uuid": id,
    };
  }
}

/** Keeps every byte as it comes, so that what arrived before a cut is there when the client asks. */
async function take(upload: OpenUpload, incoming: IncomingMessage): Promise<void> {
  for await (const piece of incoming) {
    upload.pieces.push(piece as Buffer);
    upload.sizeBytes += (piece as Buffer).length;
  }
}
