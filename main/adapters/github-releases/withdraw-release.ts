import { AppError } from "#shared/errors/app-error.ts";
import type { GithubClient } from "./github-client.ts";
import type { GithubRelease } from "#shared/domain/store/github/github-documents.ts";
import { readReleaseMark, readReleaseNotes, type ReleaseMark, writeReleaseText } from "./release-note.ts";

const NOTICE = "**Withdrawn.** Do not install this version.";

/**
 * Takes a release of ours out of sight: it becomes a draft again, which only those with write access see, and from
 * which control planes can still serve hosts that run it. Nothing is deleted, so that it can be brought back by hand.
 * GitHub lets no immutable release become a draft; that one is marked and stays visible. Done twice, it is done once.
 * @returns what stays visible, as a sentence.
 * @throws AppError STORE_NOT_FOUND, STORE_CONFLICT when the release is not ours.
 */
export async function withdrawRelease(
  client: GithubClient,
  withdrawal: { readonly tag: string; readonly productId: string },
  signal: AbortSignal,
): Promise<{ readonly left: string | undefined }> {
  const { tag, productId } = withdrawal;
  const release = (await client.releaseByTag(tag, signal)) ?? (await findWithdrawn(client, tag, signal));
  if (release === undefined)
    throw new AppError("STORE_NOT_FOUND", `The release ${tag} is not in ${client.repositoryName}; nothing was withdrawn there.`);
  const mark = readReleaseMark(release.body ?? null);
  if (mark?.product !== productId) {
    throw new AppError(
      "STORE_CONFLICT",
      `The release ${tag} of ${client.repositoryName} was not published by Rollcall; it was left as it is.`,
    );
  }
  const isImmutable = release.immutable === true;
  if (mark.withdrawn !== true) {
    const change = { body: withdrawnText(release, mark), ...(isImmutable ? {} : { draft: true }) };
    await client.changeRelease(release.id, change, "the release was not withdrawn", signal);
  }
  return {
    left: isImmutable
      ? `GitHub keeps the immutable release ${tag} visible; its text now says that it was withdrawn.`
      : `The git tag ${tag} stays, with GitHub's own archives of the source, and so do copies that others made.`,
  };
}

async function findWithdrawn(client: GithubClient, tag: string, signal: AbortSignal): Promise<GithubRelease | undefined> {
  const releases = await client.releases(signal);
  return releases.find((one) => one.draft && one.tag_name === tag && readReleaseMark(one.body ?? null)?.withdrawn === true);
}

function withdrawnText(release: GithubRelease, mark: ReleaseMark): string {
  return writeReleaseText(`${NOTICE}\n\n${readReleaseNotes(release.body ?? null)}`, { ...mark, withdrawn: true });
}
