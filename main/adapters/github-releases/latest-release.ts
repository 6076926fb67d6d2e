import { AppError } from "#shared/errors/app-error.ts";
import type { GithubClient } from "./github-client.ts";

/** The channel whose release GitHub shows as "Latest". GitHub knows no other channel. */
const LATEST_CHANNEL = "stable";

/** Whether semver calls a version a pre-release, which GitHub shows as such and never as the latest. */
export function isPrerelease(version: string): boolean {
  return /^\d+\.\d+\.\d+-/.test(version);
}

/** What a release says of "Latest" when it is published: it is, if `stable` points at it. */
export function latestOnPublishing(version: string, channels: readonly string[]): "true" | "false" {
  return channels.includes(LATEST_CHANNEL) && !isPrerelease(version) ? "true" : "false";
}

/**
 * Moves a channel. `stable` makes a release the latest of the repository; every other channel lives with us alone and
 * changes nothing there, and neither does a pre-release, which GitHub refuses as the latest.
 * @throws AppError STORE_NOT_FOUND when the version is not published there.
 */
export async function moveLatest(
  client: GithubClient,
  move: { readonly tag: string; readonly channel: string; readonly version: string },
  signal: AbortSignal,
): Promise<void> {
  const release = await client.releaseByTag(move.tag, signal);
  if (release === undefined) {
    const text = `The release ${move.tag} is not published in ${client.repositoryName}; the channel ${move.channel} was not moved there.`;
    throw new AppError("STORE_NOT_FOUND", text);
  }
  if (move.channel !== LATEST_CHANNEL || isPrerelease(move.version) || release.prerelease) return;
  await client.changeRelease(release.id, { make_latest: "true" }, `the channel ${move.channel} was not moved there`, signal);
}
