import { AppError } from "#shared/errors/app-error.ts";
import type { HttpAnswer } from "../http/http-messages.ts";
import { readBounded } from "../http/read-bounded.ts";
import { contentDigest, digestLike } from "./content-digest.ts";
import { ACCEPTED_MANIFESTS } from "./oci-schemas.ts";
import { manifestPath } from "./reference.ts";
import type { RegistryClient, RegistryRequest } from "./registry-client.ts";

/** A manifest whose bytes have the digest. */
export type FetchedManifest = { readonly bytes: Uint8Array; readonly digest: string; readonly mediaType: string };

/** A manifest to store. */
export type NewManifest = { readonly bytes: Uint8Array; readonly mediaType: string; readonly sha256: string };

/**
 * Fetches a manifest by tag or digest, at most `documentBytes` of it, and checks its digest. Undefined when it is not there.
 *
 * @throws AppError STORE_PROTOCOL when the bytes are not those of the digest.
 */
export async function getManifest(
  client: RegistryClient,
  repository: string,
  reference: string,
  signal: AbortSignal,
): Promise<FetchedManifest | undefined> {
  const request = manifestRequest(repository, reference, signal);
  const answer = await client.send({ ...request, method: "GET" });
  const bytes = await readBounded(answer, client.limits.documentBytes);
  if (answer.status === 404) return undefined;
  const wanted = contentDigest.safeParse(reference).data ?? digestHeader(answer);
  const digest = digestLike(wanted ?? "sha256:", bytes);
  if (wanted !== undefined && digest !== wanted) {
    throw new AppError(
      "STORE_PROTOCOL",
      `${answer.url.host} answered ${request.what} with other bytes than their digest says; nothing of them was used.`,
    );
  }
  return { bytes, digest, mediaType: mediaTypeOf(answer, bytes) };
}

/** The digest that a tag points at, without its bytes; undefined when it points nowhere. A registry that does not say is read. */
export async function headManifest(
  client: RegistryClient,
  repository: string,
  reference: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const answer = await client.sendForHead({ ...manifestRequest(repository, reference, signal), method: "HEAD" });
  if (answer.status === 404) return undefined;
  return digestHeader(answer) ?? (await getManifest(client, repository, reference, signal))?.digest;
}

/**
 * Stores a manifest under a tag or its digest.
 *
 * @returns whether the registry says that it noted the `subject` (distribution-spec 1.1, "Pushing manifests with subject").
 * @throws AppError STORE_PROTOCOL when the registry names another digest.
 */
export async function putManifest(
  client: RegistryClient,
  repository: string,
  reference: string,
  manifest: NewManifest,
  signal: AbortSignal,
): Promise<{ readonly hasSubject: boolean }> {
  const what = `${repository}:${reference}`;
  const answer = await client.sendForHead({
    method: "PUT",
    to: manifestPath(repository, reference),
    scope: { repository, actions: "pull,push" },
    headers: { "content-type": manifest.mediaType },
    body: manifest.bytes,
    expect: [200, 201],
    what,
    signal,
  });
  const stored = digestHeader(answer);
  if (stored?.startsWith("sha256:") === true && stored !== `sha256:${manifest.sha256}`) {
    throw new AppError("STORE_PROTOCOL", `${answer.url.host} stored ${what} under another digest than its bytes have.`);
  }
  return { hasSubject: answer.headers["oci-subject"] !== undefined };
}

/** Removes a tag, or a manifest by digest. `unsupported` is the answer of registries that do not, or not so. */
export async function deleteManifest(
  client: RegistryClient,
  repository: string,
  reference: string,
  signal: AbortSignal,
): Promise<"removed" | "absent" | "unsupported"> {
  const { status } = await client.sendForHead({
    method: "DELETE",
    to: manifestPath(repository, reference),
    scope: { repository, actions: "pull,delete" },
    expect: [200, 202, 204, 400, 403, 404, 405, 501],
    what: `to remove ${repository}:${reference}`,
    signal,
  });
  if (status === 404) return "absent";
  return status < 300 ? "removed" : "unsupported";
}

/** What asking for a manifest and asking about it have in common: one that is not there is an answer. */
function manifestRequest(repository: string, reference: string, signal: AbortSignal): Omit<RegistryRequest, "method"> {
  return {
    to: manifestPath(repository, reference),
    scope: { repository, actions: "pull" },
    headers: { accept: ACCEPTED_MANIFESTS },
    expect: [200, 404],
    what: `${repository}:${reference}`,
    signal,
  };
}

function digestHeader(answer: HttpAnswer): string | undefined {
  const header = answer.headers["docker-content-digest"];
  return contentDigest.safeParse(header).data;
}

/** Some registries know a document only as bytes; then it says itself what it is. */
function mediaTypeOf(answer: HttpAnswer, bytes: Uint8Array): string {
  const header = (answer.headers["content-type"] ?? "").split(";")[0]?.trim() ?? "";
  if (header.includes("manifest") || header.includes("index")) return header;
  return (
    /"mediaType"\s*:\s*"(application\/vnd\.[^"]{1,200}(?:manifest|index)[^"]{0,200})"/.exec(Buffer.from(bytes).toString("utf8"))?.[1] ??
    header
  );
}
