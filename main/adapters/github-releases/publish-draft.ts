import { AppError } from "#shared/errors/app-error.ts";
import { findRelease, type SoughtRelease } from "./find-release.ts";
import type { GithubClient } from "./github-client.ts";
import { latestOnPublishing } from "./latest-release.ts";

/**
 * Makes the draft visible, once everything is in it: the last step, so that nobody ever sees half a release. Done again
 * after its answer was lost, it finds the release published and is content.
 * @throws AppError STORE_CONFLICT when somebody removed the draft, or published another release under its tag meanwhile.
 */
export async function publishDraft(client: GithubClient, sought: SoughtRelease): Promise<void> {
  const standing = await findRelease(client, sought);
  if (standing.kind === "absent") {
    throw new AppError("STORE_CONFLICT", `The draft for ${sought.tag} in ${client.repositoryName} was removed; publish the release anew.`);
  }
  if (standing.kind === "published") return;
  await removeLeftovers(client, standing.release.id, sought.signal);
  for (const twin of standing.twins) await client.deleteRelease(twin.id, sought.signal);
  const { version } = sought.content.manifest;
  const change = { draft: false, make_latest: latestOnPublishing(version, sought.content.channels) };
  const release = await client.changeRelease(standing.release.id, change, "the release stays a draft", sought.signal);
  if (release.draft || release.tag_name !== sought.tag) {
    throw new AppError(
      "STORE_PROTOCOL",
      `GitHub did not publish ${sought.tag} as it was asked to; look at the draft in ${client.repositoryName}.`,
    );
  }
}

/** What cut uploads left, whoever began them: they hold no bytes, and would stand there as files that cannot be fetched. */
async function removeLeftovers(client: GithubClient, releaseId: number, signal: AbortSignal): Promise<void> {
  for (const asset of await client.assets(releaseId, signal)) {
    if (asset.state !== "uploaded") await client.deleteAsset(asset, signal);
  }
}
