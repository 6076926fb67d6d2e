import { AppError } from "#shared/errors/app-error.ts";
import type { AccessScope } from "#main/node/oci/auth/access-scope.ts";
import type { HttpAnswer, StreamedBody } from "#main/node/oci/http/http-messages.ts";
import type { RegistryClient, RegistryRequest } from "#main/node/oci/client/registry-client.ts";
import { transferMs } from "#main/node/oci/registry-limits.ts";

/** An open upload: where the next request goes, and how many bytes the registry has. */
export type UploadSession = {
  readonly url: URL;
  readonly offset: number;
  /** The registry wants no smaller parts than this, the last one excepted (`OCI-Chunk-Min-Length`). */
  readonly minChunkBytes: number;
};

/** What became of a part. `refused` is a registry that does not take this form of upload. */
export type PartOutcome =
  | { readonly state: "open"; readonly session: UploadSession }
  | { readonly state: "stored" }
  | { readonly state: "out-of-step" }
  | { readonly state: "gone" }
  | { readonly state: "refused"; readonly error: AppError };

/** The requests of one upload, distribution-spec 1.1 "Pushing blobs in chunks". Knows no order and tries nothing twice. */
export class UploadRequests {
  readonly #client: RegistryClient;
  readonly #repository: string;
  readonly #scope: AccessScope;
  readonly #signal: AbortSignal;
  readonly #what: string;

  constructor(client: RegistryClient, repository: string, what: string, signal: AbortSignal) {
    this.#client = client;
    this.#repository = repository;
    this.#scope = { repository, actions: "pull,push" };
    this.#what = what;
    this.#signal = signal;
  }

  /** Opens an upload, or has the blob mounted from a repository that is known to hold it. */
  async start(mount?: { readonly sha256: string; readonly from: string }): Promise<PartOutcome> {
    const query = mount === undefined ? "" : `?${new URLSearchParams({ mount: `sha256:${mount.sha256}`, from: mount.from }).toString()}`;
    const answer = await this.#send({
      method: "POST",
      to: `/v2/${this.#repository}/blobs/uploads/${query}`,
      scope: { ...this.#scope, alsoPull: mount?.from },
      expect: [201, 202],
    });
    if (answer.status === 201) return { state: "stored" };
    return { state: "open", session: this.#next(answer, 0, minChunk(answer)) };
  }

  /** Asks how far an upload got. */
  async status(session: UploadSession): Promise<PartOutcome> {
    const answer = await this.#send({ method: "GET", to: session.url, expect: [200, 202, 204, 400, 404, 405, 410] });
    if (answer.status >= 400) return { state: "gone" };
    const offset = offsetOf(answer);
    if (offset === undefined) return { state: "gone" };
    // Some answer the question with no new address; the old one holds then.
    const url = answer.headers.location === undefined ? session.url : this.#client.address(answer.headers.location, answer.url);
    return { state: "open", session: { ...session, url, offset } };
  }

  /** Sends the bytes at the session's offset as one part. */
  async part(session: UploadSession, body: StreamedBody): Promise<PartOutcome> {
    const end = session.offset + body.sizeBytes;
    const answer = await this.#client
      .sendForHead({
        ...this.#request(session.url, body),
        method: "PATCH",
        headers: { "content-type": "application/octet-stream", "content-range": `${session.offset}-${end - 1}` },
        expect: [201, 202, 204],
      })
      .catch((thrown: unknown) => refusedPart(thrown));
    if ("state" in answer) return answer;
    return { state: "open", session: this.#next(answer, offsetOf(answer) ?? end, session.minChunkBytes) };
  }

  /** Closes the upload, with the bytes that are still missing, if any. The registry checks the digest. */
  async close(session: UploadSession, sha256: string, rest?: StreamedBody): Promise<PartOutcome> {
    const to = new URL(session.url);
    to.searchParams.set("digest", `sha256:${sha256}`);
    const body = rest ?? new Uint8Array();
    const answer = await this.#client
      .sendForHead({
        ...this.#request(to, body),
        method: "PUT",
        headers: { "content-type": "application/octet-stream", ...(rest !== undefined && contentRange(session, rest)) },
        idleMs: this.#client.limits.commitMs,
        expect: [200, 201, 202, 204],
      })
      .catch((thrown: unknown) => refusedPart(thrown));
    if ("state" in answer) return answer;
    return { state: "stored" };
  }

  /** Ends the upload and drops what arrived; one that is gone already is no error. */
  async cancel(session: Pick<UploadSession, "url">): Promise<void> {
    await this.#send({ method: "DELETE", to: session.url, expect: [200, 202, 204, 400, 404, 405, 410] });
  }

  #request(to: URL, body: StreamedBody | Uint8Array): Pick<RegistryRequest, "to" | "scope" | "body" | "what" | "signal" | "totalMs"> {
    const { limits } = this.#client;
    const sizeBytes = body instanceof Uint8Array ? 0 : body.sizeBytes;
    const totalMs = transferMs(limits, sizeBytes) + limits.commitMs;
    return { to, scope: this.#scope, body, what: this.#what, signal: this.#signal, totalMs };
  }

  #send(request: Pick<RegistryRequest, "method" | "to" | "expect"> & { readonly scope?: AccessScope }): Promise<HttpAnswer> {
    return this.#client.sendForHead({ scope: this.#scope, what: this.#what, signal: this.#signal, ...request });
  }

  #next(answer: HttpAnswer, offset: number, minChunkBytes: number): UploadSession {
    return { url: this.#client.address(answer.headers.location, answer.url), offset, minChunkBytes };
  }
}

function contentRange(session: UploadSession, body: StreamedBody): Record<string, string> {
  return session.offset === 0 ? {} : { "content-range": `${session.offset}-${session.offset + body.sizeBytes - 1}` };
}

/** `Range: 0-<last byte>`. Registries say `0-0` of an upload without bytes, and nobody sends one byte by itself. */
function offsetOf(answer: HttpAnswer): number | undefined {
  const last = /^(?:bytes=)?0-(\d{1,15})$/.exec(String(answer.headers["range"] ?? ""))?.[1];
  if (last === undefined) return undefined;
  return last === "0" ? 0 : Number(last) + 1;
}

function minChunk(answer: HttpAnswer): number {
  const header = String(answer.headers["oci-chunk-min-length"] ?? "");
  return /^\d{1,12}$/.test(header) ? Number(header) : 0;
}

/** Sorts refusals of bytes by what can be done about them; everything else goes on being thrown. */
function refusedPart(thrown: unknown): PartOutcome {
  if (!(thrown instanceof AppError)) throw thrown;
  const status = thrown.details["status"];
  if (status === 416) return { state: "out-of-step" };
  if (status === 404 || status === 410) return { state: "gone" };
  if (status === 400 || status === 405 || status === 411 || status === 501) return { state: "refused", error: thrown };
  throw thrown;
}
