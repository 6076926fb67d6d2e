import { AppError } from "#shared/errors/app-error.ts";
import { findRelease, type SoughtRelease } from "./find-release.ts";
import type { GithubClient } from "./github-client.ts";
import { judgeAsset } from "./judge-asset.ts";
import { latestOnPublishing } from "./latest-release.ts";
import type { WantedAsset } from "./wanted-asset.ts";

/**
 * Makes the draft visible, once everything is in it: the last step, so that nobody ever sees half a release. Done again
 * after its answer was lost, it finds the release published and is content.
 * @throws AppError STORE_CONFLICT when somebody removed the draft or one of its assets meanwhile.
 */
export async function publishDraft(client: GithubClient, sought: SoughtRelease, wanted: readonly WantedAsset[]): Promise<void> {
  const standing = await findRelease(client, sought);
  if (standing.kind === "absent") {
    throw new AppError("STORE_CONFLICT", `The draft for ${sought.tag} in ${client.repositoryName} was removed; publish the release anew.`);
  }
  await expectComplete(client, standing.release.id, wanted, sought.signal);
  if (standing.kind === "published") return;
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

async function expectComplete(client: GithubClient, releaseId: number, wanted: readonly WantedAsset[], signal: AbortSignal): Promise<void> {
  const assets = await client.assets(releaseId, signal);
  // Without a digest of GitHub's, the bytes were read back when they were verified.
  const missing = wanted.filter((one) => !["complete", "unproven"].includes(judgeAsset(assets, one).kind));
  if (missing.length === 0) return;
  const names = missing.map((one) => one.name).join(", ");
  throw new AppError("STORE_CONFLICT", `The release lacks ${names}, which lay there before; it was not published. Publish it anew.`);
}
