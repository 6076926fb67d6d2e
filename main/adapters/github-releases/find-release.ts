import { AppError } from "#shared/errors/app-error.ts";
import type { PublicationContent } from "../../control-plane/ports/release-store.ts";
import type { Clock } from "../../control-plane/ports/clock.ts";
import type { GithubClient } from "./github-client.ts";
import { type GithubRelease, sha256OfAsset } from "#shared/domain/store/github/github-documents.ts";
import { MANIFEST_NAME } from "#shared/domain/store/github/own-document-names.ts";
import { hashAsset } from "./read-asset.ts";
import { readReleaseMark } from "./release-note.ts";

/**
 * Where a version stands in the repository. `twins` are further drafts of the very same release, made when an answer was
 * lost; `stale` are drafts that this control plane left for the version before its content changed.
 */
export type ReleaseStanding =
  | { readonly kind: "absent"; readonly stale: readonly GithubRelease[] }
  | {
      readonly kind: "draft";
      readonly release: GithubRelease;
      readonly twins: readonly GithubRelease[];
      readonly stale: readonly GithubRelease[];
    }
  | { readonly kind: "published"; readonly release: GithubRelease };

/** Ids of drafts by the digest of their manifest, so that not every step has to search the list. Lost without harm. */
export type KnownDrafts = Map<string, number>;

/** What is looked for. */
export type SoughtRelease = {
  readonly tag: string;
  readonly content: PublicationContent;
  readonly clock: Clock;
  readonly drafts: KnownDrafts;
  readonly signal: AbortSignal;
};

/**
 * Looks for a version: published under its tag, else among the drafts, which have no tag yet. A git tag without a
 * release is no obstacle: the release is made on it.
 * @throws AppError STORE_CONFLICT when the tag has a release, or a draft, that is not this one.
 */
export async function findRelease(client: GithubClient, sought: SoughtRelease): Promise<ReleaseStanding> {
  const published = await client.releaseByTag(sought.tag, sought.signal);
  if (published !== undefined) {
    await expectOurs(client, published, sought);
    return { kind: "published", release: published };
  }
  const drafts = (await client.releases(sought.signal)).filter((one) => one.draft && one.tag_name === sought.tag);
  const sorted = drafts
    .toSorted((left, right) => left.id - right.id)
    .map((release) => ({ release, kind: kindOfDraft(client, release, sought.content) }));
  const [release, ...twins] = sorted.filter((one) => one.kind === "same").map((one) => one.release);
  const stale = sorted.filter((one) => one.kind === "stale").map((one) => one.release);
  return release === undefined ? { kind: "absent", stale } : { kind: "draft", release, twins, stale };
}

function kindOfDraft(client: GithubClient, release: GithubRelease, content: PublicationContent): "same" | "stale" {
  const mark = readReleaseMark(release.body ?? null);
  const where = `a draft for ${release.tag_name} in ${client.repositoryName}`;
  if (mark === undefined)
    throw new AppError("STORE_CONFLICT", `Somebody else made ${where}; it was left as it is, and nothing was published.`);
  if (mark.withdrawn === true)
    throw new AppError("STORE_CONFLICT", `This version was withdrawn and lies as ${where}; nothing was published.`);
  if (mark.product === content.productId && mark.manifest === content.manifestSha256) return "same";
  if (mark.application === content.manifest.applicationId) return "stale";
  throw new AppError(
    "STORE_CONFLICT",
    `Another Rollcall made ${where} for ${mark.product}; it was left as it is, and nothing was published.`,
  );
}

/** Ours is a published release whose manifest is this one, byte for byte. */
async function expectOurs(client: GithubClient, release: GithubRelease, { content, clock, signal }: SoughtRelease): Promise<void> {
  const where = `the release ${release.tag_name} of ${client.repositoryName}`;
  const mark = readReleaseMark(release.body ?? null);
  if (mark?.withdrawn === true)
    throw new AppError("STORE_CONFLICT", `Under this version lies ${where}, which was withdrawn; nothing was published.`);
  if (mark?.manifest === content.manifestSha256) return;
  const manifest = release.assets.find((one) => one.name === MANIFEST_NAME && one.state === "uploaded");
  const isOurSize = manifest?.size === content.manifestBytes.length;
  const sha256 =
    manifest === undefined || !isOurSize
      ? undefined
      : (sha256OfAsset(manifest) ?? (await hashAsset(client, { assetId: manifest.id, signal, clock }, () => undefined)));
  if (sha256 === content.manifestSha256) return;
  throw new AppError(
    "STORE_CONFLICT",
    `Under this version lies ${where}, which holds something else; it was left as it is, and nothing was published.`,
  );
}
