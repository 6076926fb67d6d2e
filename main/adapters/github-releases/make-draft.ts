import { AppError } from "#shared/errors/app-error.ts";
import type { PublicationContent } from "../../control-plane/ports/release-store.ts";
import { findRelease, type SoughtRelease } from "./find-release.ts";
import type { GithubClient } from "./github-client.ts";
import type { GithubRelease } from "#shared/domain/store/github/github-documents.ts";
import { isPrerelease } from "./latest-release.ts";
import { readReleaseMark, writeReleaseText } from "./release-note.ts";

/**
 * Finds the release of this content, or makes its draft. Drafts that an earlier content of the version left, and twins
 * of this one, are removed: they are ours by their mark, and nobody has seen them.
 */
export async function makeDraft(client: GithubClient, sought: SoughtRelease): Promise<GithubRelease> {
  const standing = await findRelease(client, sought);
  if (standing.kind === "published") return standing.release;
  const superfluous = standing.kind === "draft" ? [...standing.stale, ...standing.twins] : standing.stale;
  for (const one of superfluous) await client.deleteRelease(one.id, sought.signal);
  if (standing.kind === "draft") return standing.release;
  const { content } = sought;
  return client.createDraft(
    {
      tag: sought.tag,
      name: `${content.applicationName} ${content.manifest.version}`,
      body: writeReleaseText(content.notes, markOf(content)),
      prerelease: isPrerelease(content.manifest.version),
    },
    sought.signal,
  );
}

/**
 * The release that a step works on, which `draft` has made.
 * @throws AppError STORE_CONFLICT when somebody removed it meanwhile.
 */
export async function expectRelease(client: GithubClient, sought: SoughtRelease): Promise<GithubRelease> {
  const known = await rememberedDraft(client, sought);
  if (known !== undefined) return known;
  const standing = await findRelease(client, sought);
  if (standing.kind === "draft") sought.drafts.set(sought.content.manifestSha256, standing.release.id);
  if (standing.kind !== "absent") return standing.release;
  throw new AppError("STORE_CONFLICT", `The draft for ${sought.tag} in ${client.repositoryName} was removed; publish the release anew.`);
}

async function rememberedDraft(client: GithubClient, { content, drafts, tag, signal }: SoughtRelease): Promise<GithubRelease | undefined> {
  const releaseId = drafts.get(content.manifestSha256);
  const release = releaseId === undefined ? undefined : await client.release(releaseId, signal);
  const mark = readReleaseMark(release?.body ?? null);
  const isIt = release?.draft === true && release.tag_name === tag && mark?.manifest === content.manifestSha256 && mark.withdrawn !== true;
  if (!isIt) drafts.delete(content.manifestSha256);
  return isIt ? release : undefined;
}

function markOf(content: PublicationContent): Parameters<typeof writeReleaseText>[1] {
  return { product: content.productId, application: content.manifest.applicationId, manifest: content.manifestSha256 };
}
