import { versionOfTag } from "#shared/domain/release/version-tag.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { compareSemver } from "#shared/lib/semver.ts";
import type { FoundRelease } from "#main/control-plane/ports/release-store.ts";
import { getManifest } from "#main/node/oci/client/manifests.ts";
import type { RegistryClient } from "#main/node/oci/client/registry-client.ts";
import { listTags } from "#main/node/oci/client/tags.ts";
import { readDocument, summaryOf } from "./describe-document.ts";
import { inParallel } from "./in-parallel.ts";

const MAX_FOUND = 1000;
/** Registries count how many manifests one reads; the newest versions are looked at, older ones when somebody asks. */
const LOOKED_AT = 200;
const AT_ONCE = 6;
/** Lists of referrers under the tag schema, and what cosign keeps beside images in the same manner. */
const BOOKKEEPING_TAG = /^sha(?:256|512)-[0-9a-f]{64,}(?:\..+)?$/;

/**
 * What lies in a repository, newest version first whatever order the registry lists, then tags that are no version by
 * name. Whoever made the older ones beyond the first 200 is not looked up (`isOurs` is false of them).
 */
export async function discoverReleases(client: RegistryClient, repository: string, signal: AbortSignal): Promise<readonly FoundRelease[]> {
  const tags = (await listTags(client, repository, signal)).filter((tag) => !BOOKKEEPING_TAG.test(tag));
  const sorted = tags
    .map((reference) => ({ reference, version: versionOfTag(reference) }))
    .toSorted(newestFirst)
    .slice(0, MAX_FOUND);
  const looked = await inParallel(sorted.slice(0, LOOKED_AT), AT_ONCE, async (found) => ({
    ...found,
    ...(await lookAt(client, repository, found.reference, signal)),
  }));
  return [...looked, ...sorted.slice(LOOKED_AT).map((found) => ({ ...found, createdAt: undefined, isOurs: false }))];
}

type Tagged = { readonly reference: string; readonly version: string | undefined };

function newestFirst(left: Tagged, right: Tagged): number {
  if (left.version !== undefined && right.version !== undefined) {
    return compareSemver(right.version, left.version) || (left.reference < right.reference ? -1 : 1);
  }
  if (left.version === right.version) return left.reference < right.reference ? -1 : 1;
  return left.version === undefined ? 1 : -1;
}

async function lookAt(
  client: RegistryClient,
  repository: string,
  tag: string,
  signal: AbortSignal,
): Promise<Pick<FoundRelease, "createdAt" | "isOurs">> {
  const unknown = { createdAt: undefined, isOurs: false };
  try {
    const fetched = await getManifest(client, repository, tag, signal);
    if (fetched === undefined) return unknown;
    const { createdAt, isOurs } = summaryOf(readDocument(fetched, `${repository}:${tag}`));
    return { createdAt, isOurs };
  } catch (thrown) {
    // One document that cannot be read does not hide the others; it says so when it is opened.
    if (thrown instanceof AppError && (thrown.code === "STORE_PROTOCOL" || thrown.code === "STORE_NOT_FOUND")) return unknown;
    throw thrown;
  }
}
