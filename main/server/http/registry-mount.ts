import type { IncomingMessage, ServerResponse } from "node:http";
import { toAppError } from "#shared/errors/app-error.ts";
import type { ErrorCode } from "#shared/errors/codes.ts";
import type { ControlPlane } from "#main/control-plane/compose.ts";
import type { Logger } from "#main/control-plane/ports/logger.ts";
import type { AccessVerdict, Authorise } from "./access-verdict.ts";
import { readRegistryPath, type RegistryPath } from "./registry-path.ts";
import { sendContent } from "./send-content.ts";

/** What somebody wants to read: a repository, or one digest of it (SHA-256 in lower-case hex); without one, whether they may come in at all. */
export type RegistryWish = { readonly productId?: string; readonly digest?: string };

/** What the mount serves from. */
export type RegistryMountParts = {
  readonly registry: Pick<ControlPlane["registry"], "tags" | "findManifest" | "findReferrers" | "findBlob" | "open">;
  /** Artifacts that lie in other stores. */
  readonly remote: Pick<ControlPlane["remoteArtifacts"], "find" | "open" | "shortLivedUrl">;
  /** Lets users see what their role shows, and hosts what they are entitled to. */
  readonly authorise: Authorise<RegistryWish>;
  /** Keeps what hosts fetch within what their fleet may use of the network. */
  readonly pace: (request: IncomingMessage, bytes: AsyncIterable<Uint8Array>) => Promise<AsyncIterable<Uint8Array>>;
  readonly logger: Logger;
};

type Exchange = RegistryMountParts & { readonly request: IncomingMessage; readonly response: ServerResponse };

const VERSION_HEADER = { "docker-distribution-api-version": "registry/2.0" } as const;
/** How a list of referrers comes (distribution-spec, end-12a). */
const OCI_INDEX = "application/vnd.oci.image.index.v1+json";
const IMMUTABLE = "private, max-age=31536000, immutable";

/** Error codes of the OCI distribution-spec, with the status that goes with each. */
const FAILURES = {
  NAME_UNKNOWN: { status: 404, message: "There is no such repository." },
  MANIFEST_UNKNOWN: { status: 404, message: "There is no such manifest in this repository." },
  BLOB_UNKNOWN: { status: 404, message: "There is no such blob in this repository." },
  UNAUTHORIZED: { status: 401, message: "Log in, or use a host's access token." },
  DENIED: { status: 403, message: "This host or user is not entitled to it." },
  UNSUPPORTED: { status: 405, message: "This registry is read-only; publish through Rollcall." },
  UNAVAILABLE: { status: 502, message: "The store that holds it does not give it now; try again later." },
  UNKNOWN: { status: 500, message: "Something went wrong inside Rollcall." },
} as const satisfies Record<string, { readonly status: number; readonly message: string }>;

/** Serves the local store read-only below `/v2/`, as the pull half of the OCI distribution-spec. */
export function registryMount(parts: RegistryMountParts): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  return async (request, response) => {
    try {
      await serve({ ...parts, request, response });
    } catch (thrown) {
      const failure = toAppError(thrown);
      parts.logger.error({ err: failure.code === "INTERNAL" ? failure.cause : failure }, "the registry could not serve a request");
      if (response.headersSent) response.destroy();
      else sendRegistryFailure(response, isOfAStore(failure.code) ? "UNAVAILABLE" : "UNKNOWN");
    }
  };
}

async function serve(exchange: Exchange): Promise<void> {
  const { request, response } = exchange;
  if (request.method !== "GET" && request.method !== "HEAD") return sendRegistryFailure(response, "UNSUPPORTED", { allow: "GET, HEAD" });
  const path = readRegistryPath(decode(request.url));
  if (path.kind === "unknown") return sendRegistryFailure(response, "NAME_UNKNOWN");
  const verdict = await exchange.authorise(request, wishOf(path));
  if (verdict !== "allowed") return refuse(response, verdict);
  switch (path.kind) {
    case "version":
      return sendJson(exchange, {});
    case "tags":
      return sendTags(exchange, path.productId);
    case "manifest":
      return sendManifest(exchange, path);
    case "referrers":
      return sendReferrers(exchange, path);
    case "blob":
      return sendBlob(exchange, path);
  }
}

function wishOf(path: Exclude<RegistryPath, { readonly kind: "unknown" }>): RegistryWish {
  if (path.kind === "version") return {};
  if (path.kind === "blob" || path.kind === "referrers") return { productId: path.productId, digest: path.sha256 };
  if (path.kind === "manifest" && "sha256" in path.reference) return { productId: path.productId, digest: path.reference.sha256 };
  return { productId: path.productId };
}

async function sendTags(exchange: Exchange, productId: string): Promise<void> {
  const tags = await exchange.registry.tags(productId);
  if (tags.length === 0) return sendRegistryFailure(exchange.response, "NAME_UNKNOWN");
  const query = new URLSearchParams((exchange.request.url ?? "").split("?")[1] ?? "");
  const after = query.get("last");
  const count = Number(query.get("n") ?? Number.NaN);
  const rest = after === null ? tags : tags.filter((tag) => tag > after);
  const page = Number.isSafeInteger(count) && count >= 0 ? rest.slice(0, count) : rest;
  const last = page.at(-1);
  const link =
    last !== undefined && page.length < rest.length
      ? { link: `</v2/${productId}/tags/list?n=${count}&last=${encodeURIComponent(last)}>; rel="next"` }
      : {};
  sendJson(exchange, { name: productId, tags: page }, link);
}

async function sendManifest(exchange: Exchange, path: Extract<RegistryPath, { readonly kind: "manifest" }>): Promise<void> {
  const manifest = await exchange.registry.findManifest(path.productId, path.reference);
  if (manifest === undefined) return sendRegistryFailure(exchange.response, "MANIFEST_UNKNOWN");
  await sendDocument(exchange, manifest, "tag" in path.reference ? "no-cache" : IMMUTABLE);
}

/** An index of what is attached, an empty one for a document that nothing is attached to (distribution-spec, listing referrers). */
async function sendReferrers(exchange: Exchange, path: Extract<RegistryPath, { readonly kind: "referrers" }>): Promise<void> {
  const index = await exchange.registry.findReferrers(path.productId, path.sha256);
  if (index !== undefined) return sendDocument(exchange, index, "no-cache");
  sendJson(exchange, { schemaVersion: 2, mediaType: OCI_INDEX, manifests: [] }, {}, OCI_INDEX);
}

type Document = Exclude<Awaited<ReturnType<RegistryMountParts["registry"]["findManifest"]>>, undefined>;

function sendDocument(exchange: Exchange, manifest: Document, cacheControl: string): Promise<void> {
  return sendContent(exchange.request, exchange.response, {
    sizeBytes: manifest.sizeBytes,
    contentType: manifest.mediaType,
    etag: `"sha256:${manifest.sha256}"`,
    cacheControl,
    headers: { ...VERSION_HEADER, "docker-content-digest": `sha256:${manifest.sha256}` },
    open: (range) => exchange.registry.open(manifest.sha256, range),
  });
}

async function sendBlob(exchange: Exchange, path: Extract<RegistryPath, { readonly kind: "blob" }>): Promise<void> {
  const blob = await exchange.registry.findBlob(path.productId, path.sha256);
  if (blob !== undefined) return sendBytes(exchange, blob, (range) => exchange.registry.open(blob.sha256, range));
  const artifact = await exchange.remote.find(path.productId, path.sha256);
  if (artifact === undefined) return sendRegistryFailure(exchange.response, "BLOB_UNKNOWN");
  const wentAway = signalOf(exchange.response);
  const elsewhere = await exchange.remote.shortLivedUrl(artifact, wentAway);
  if (elsewhere !== undefined)
    return void exchange.response
      .writeHead(307, { ...VERSION_HEADER, location: elsewhere.url, "cache-control": "no-store", "content-length": 0 })
      .end();
  await sendBytes(exchange, artifact, (range) => exchange.remote.open(artifact, range, wentAway));
}

type OpenRange = (range?: { readonly first: number; readonly last: number }) => Promise<AsyncIterable<Uint8Array>>;

function sendBytes(exchange: Exchange, blob: { readonly sha256: string; readonly sizeBytes: number }, open: OpenRange): Promise<void> {
  return sendContent(exchange.request, exchange.response, {
    sizeBytes: blob.sizeBytes,
    contentType: "application/octet-stream",
    etag: `"sha256:${blob.sha256}"`,
    cacheControl: IMMUTABLE,
    headers: { ...VERSION_HEADER, "docker-content-digest": `sha256:${blob.sha256}` },
    open: async (range) => exchange.pace(exchange.request, await open(range)),
  });
}

/** Ends what is fetched elsewhere for somebody who has gone away. */
function signalOf(response: ServerResponse): AbortSignal {
  const ending = new AbortController();
  response.once("close", () => ending.abort());
  return ending.signal;
}

/** Failures of the place where an artifact lies, as opposed to our own. */
function isOfAStore(code: ErrorCode): boolean {
  return code.startsWith("STORE_") || code.startsWith("REMOTE_") || code === "RATE_LIMITED";
}

function refuse(response: ServerResponse, verdict: Exclude<AccessVerdict, "allowed">): void {
  if (verdict === "denied") sendRegistryFailure(response, "DENIED");
  else sendRegistryFailure(response, "UNAUTHORIZED", { "www-authenticate": 'Bearer realm="rollcall"' });
}

function sendJson(
  { request, response }: Exchange,
  value: object,
  headers: Readonly<Record<string, string>> = {},
  contentType = "application/json",
): void {
  const body = JSON.stringify(value);
  response.writeHead(200, {
    ...VERSION_HEADER,
    ...headers,
    "content-type": contentType,
    "content-length": Buffer.byteLength(body),
    "cache-control": "no-cache",
  });
  response.end(request.method === "HEAD" ? undefined : body);
}

function sendRegistryFailure(response: ServerResponse, code: keyof typeof FAILURES, headers: Readonly<Record<string, string>> = {}): void {
  const { status, message } = FAILURES[code];
  const body = JSON.stringify({ errors: [{ code, message }] });
  response.writeHead(status, {
    ...VERSION_HEADER,
    ...headers,
    "content-type": "application/json",
    "content-length": Buffer.byteLength(body),
    "cache-control": "no-store",
  });
  response.end(body);
}

/** A path that cannot be decoded is no endpoint. */
function decode(url: string | undefined): string {
  try {
    return decodeURIComponent((url ?? "").split("?")[0] ?? "");
  } catch {
    return "";
  }
}
