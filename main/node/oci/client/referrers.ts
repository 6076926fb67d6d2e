import { hash } from "node:crypto";
import type { Json } from "#shared/lib/canonical-json.ts";
import { stableJson } from "#shared/lib/stable-json.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { readBounded } from "../http/read-bounded.ts";
import { getManifest, putManifest } from "./manifests.ts";
import { indexDocument, isIndexType, OCI_INDEX, type Descriptor } from "./oci-schemas.ts";
import { parseDocument } from "./parse-document.ts";
import type { RegistryClient } from "./registry-client.ts";
import { nextPageLink } from "../../next-page-link.ts";

/** What is attached to a document: the subject's repository and digest. */
export type Subject = { readonly repository: string; readonly digest: string };

/** A document that names a subject, as its list of referrers shows it. */
export type Referrer = {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly artifactType: string;
};

const MAX_REFERRERS = 1000;
const MAX_WRITES = 8;

/** The tag that holds the list where the registry keeps none (distribution-spec 1.1, "Referrers Tag Schema"). */
export function referrersTag(digest: string): string {
  return digest.replace(":", "-").slice(0, 128);
}

/**
 * What refers to a document: by the referrers API, or by the tag schema where the registry does not have it.
 *
 * @throws AppError STORE_PROTOCOL when the list is longer than 1,000.
 */
export async function listReferrers(client: RegistryClient, subject: Subject, signal: AbortSignal): Promise<readonly Descriptor[]> {
  return (await listByApi(client, subject, signal)) ?? (await readTagIndex(client, subject, signal)).manifests;
}

async function listByApi(client: RegistryClient, subject: Subject, signal: AbortSignal): Promise<readonly Descriptor[] | undefined> {
  const what = `the referrers of ${subject.digest.slice(0, 19)}`;
  const scope = { repository: subject.repository, actions: "pull" } as const;
  const found: Descriptor[] = [];
  let to: string | URL | undefined = `/v2/${subject.repository}/referrers/${subject.digest}`;
  for (let page = 0; to !== undefined; page += 1) {
    const headers = { accept: OCI_INDEX };
    const answer = await client.send({ method: "GET", to, scope, headers, expect: [200, 400, 404, 405, 501], what, signal });
    const bytes = await readBounded(answer, client.limits.documentBytes);
    if (answer.status !== 200) return undefined;
    found.push(...parseDocument(indexDocument, bytes, what).manifests);
    if (found.length > MAX_REFERRERS || page >= client.limits.pages) {
      throw new AppError("STORE_PROTOCOL", `The registry lists more than ${MAX_REFERRERS} referrers; the list was not read to its end.`);
    }
    const next = nextPageLink(answer.headers["link"]);
    to = next === undefined ? undefined : client.address(next, answer.url);
  }
  return found;
}

/**
 * Sees to it that the list of referrers holds these. Registries that list them by themselves need nothing; for the
 * others the list under the tag schema is written, and read again until all are in it, since two who write at the same
 * time overwrite each other. Entries of others are kept as they are.
 *
 * @throws AppError STORE_CONFLICT when others keep overwriting it.
 */
export async function ensureReferrers(
  client: RegistryClient,
  subject: Subject,
  referrers: readonly Referrer[],
  signal: AbortSignal,
): Promise<void> {
  if (referrers.length === 0) return;
  const byApi = await listByApi(client, subject, signal);
  if (byApi !== undefined && missingFrom(byApi, referrers).length === 0) return;
  for (let write = 0; write <= MAX_WRITES; write += 1) {
    const index = await readTagIndex(client, subject, signal);
    const missing = missingFrom(index.manifests, referrers);
    if (missing.length === 0) return;
    await putTagIndex(client, subject, [...index.raw, ...missing], signal);
  }
  throw new AppError("STORE_CONFLICT", `Somebody else keeps replacing the list of signatures of ${subject.digest.slice(0, 19)}.`);
}

function missingFrom(present: readonly { readonly digest: string }[], wanted: readonly Referrer[]): readonly Referrer[] {
  return wanted.filter(({ digest }) => !present.some((one) => one.digest === digest));
}

type TagIndex = { readonly manifests: readonly Descriptor[]; readonly raw: readonly Json[] };

async function readTagIndex(client: RegistryClient, subject: Subject, signal: AbortSignal): Promise<TagIndex> {
  const tag = referrersTag(subject.digest);
  const found = await getManifest(client, subject.repository, tag, signal);
  if (found === undefined) return { manifests: [], raw: [] };
  if (!isIndexType(found.mediaType)) {
    throw new AppError("STORE_CONFLICT", `${subject.repository}:${tag} is no list of referrers; it was left as it is.`);
  }
  const { manifests } = parseDocument(indexDocument, found.bytes, `${subject.repository}:${tag}`);
  if (manifests.length > MAX_REFERRERS) throw new AppError("STORE_PROTOCOL", `${subject.repository}:${tag} lists too many referrers.`);
  return { manifests, raw: rawManifests(found.bytes) };
}

/** Entries with everything that others wrote into them, for writing them back. */
function rawManifests(bytes: Uint8Array): readonly Json[] {
  const document: unknown = JSON.parse(Buffer.from(bytes).toString("utf8"));
  const isHolder = typeof document === "object" && document !== null && "manifests" in document && Array.isArray(document.manifests);
  // The schema has read it before: an array of what JSON.parse makes.
  return isHolder ? (document.manifests as Json[]) : [];
}

async function putTagIndex(client: RegistryClient, subject: Subject, manifests: readonly Json[], signal: AbortSignal): Promise<void> {
  const bytes = Buffer.from(stableJson({ schemaVersion: 2, mediaType: OCI_INDEX, manifests }));
  const index = { bytes, mediaType: OCI_INDEX, sha256: hash("sha256", bytes) };
  await putManifest(client, subject.repository, referrersTag(subject.digest), index, signal);
}
