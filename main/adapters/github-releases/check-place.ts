import { AppError } from "#shared/errors/app-error.ts";
import { formatBytes } from "#shared/lib/format.ts";
import { findRelease, type SoughtRelease } from "./find-release.ts";
import type { GithubClient } from "./github-client.ts";
import { allAssets } from "#shared/domain/store/github/name-assets.ts";

/** GitHub takes files "under 2 GiB" (docs.github.com, "About releases", storage and bandwidth quotas). */
const ASSET_LIMIT_BYTES = 2 * 2 ** 30;

/**
 * Finds out, before a byte is sent, whether this release can go there: its sizes, the right to write, and what lies
 * under its tag already.
 * @throws AppError STORE_TOO_LARGE, STORE_FORBIDDEN, STORE_CONFLICT and what every call throws.
 */
export async function checkPlace(client: GithubClient, sought: SoughtRelease): Promise<void> {
  const large = allAssets(sought.content.manifest).find((one) => one.sizeBytes >= ASSET_LIMIT_BYTES);
  if (large !== undefined) {
    const text = `${large.name} has ${formatBytes(large.sizeBytes)}, and GitHub takes files below 2 GiB (2.1 GB) only; nothing was sent.`;
    throw new AppError("STORE_TOO_LARGE", text, { details: { limitBytes: ASSET_LIMIT_BYTES } });
  }
  const { repository } = await client.repository(sought.signal);
  if (!(await client.hasToken())) {
    throw new AppError(
      "STORE_CREDENTIALS_REFUSED",
      `Publishing to ${client.repositoryName} needs a token, and none is set; nothing was sent.`,
    );
  }
  if (repository.archived) {
    throw new AppError(
      "STORE_FORBIDDEN",
      `The repository ${client.repositoryName} is archived, so that nobody can write to it; nothing was sent.`,
    );
  }
  if (repository.permissions?.push === false) {
    throw new AppError(
      "STORE_FORBIDDEN",
      `The token may read ${client.repositoryName} but not write: it needs "Contents: write"; nothing was sent.`,
    );
  }
  await findRelease(client, sought);
}
