import type { FoundRelease } from "../../control-plane/ports/release-store.ts";
import type { GithubClient } from "./github-client.ts";
import type { GithubRelease } from "#shared/domain/store/github/github-documents.ts";
import { MANIFEST_NAME } from "#shared/domain/store/github/own-document-names.ts";
import { isTagOfProduct, versionOfTag } from "#shared/domain/store/github/release-tag.ts";

/** What a reference may be long. */
const MAX_TAG = 256;

/** The published releases of a product, at most 1,000. Drafts are nobody's business yet and are left out. */
export async function discoverReleases(
  client: GithubClient,
  product: { readonly productId: string; readonly tagPrefix: string },
  signal: AbortSignal,
): Promise<readonly FoundRelease[]> {
  const releases = await client.releases(signal);
  return releases
    .filter((one) => !one.draft && one.tag_name.length <= MAX_TAG && isTagOfProduct(product.tagPrefix, product.productId, one.tag_name))
    .map((one) => describeFound(one, versionOfTag(product.tagPrefix, product.productId, one.tag_name)));
}

/** A release as lists show it; ours by the manifest that lies in it. */
export function describeFound(release: GithubRelease, version: string | undefined): FoundRelease {
  const createdAt = Date.parse(release.published_at ?? release.created_at);
  return {
    reference: release.tag_name,
    version,
    createdAt: Number.isNaN(createdAt) ? undefined : createdAt,
    isOurs: release.assets.some((one) => one.name === MANIFEST_NAME && one.state === "uploaded"),
  };
}
