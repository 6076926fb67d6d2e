import { mkdir, stat } from "node:fs/promises";
import { isNoSuchWay } from "#main/node/disk-error.ts";
import { slotFolderOf } from "#shared/domain/release/command-line.ts";
import type { ApplicationPaths } from "../state/state-paths.ts";
import { toLaunchSpec, type HostAdditions, type LaunchSpec, type RunnableRelease } from "./launch-spec.ts";
import { findRunUser, openTheWay } from "./run-user.ts";

/** How a version is started here, or why it cannot be; the reason is for people. */
export type PreparedLaunch = { readonly kind: "ready"; readonly spec: LaunchSpec } | { readonly kind: "refused"; readonly message: string };

/**
 * Finds out what a start needs of this host: the account it runs as, the way for that account to its files, the folder
 * that it runs in.
 *
 * @throws what the disk throws: one look that fails for another reason than that there is nothing says nothing of the version.
 */
export async function prepareLaunch(runnable: RunnableRelease, paths: ApplicationPaths, host: HostAdditions): Promise<PreparedLaunch> {
  const lookup = await findRunUser(runnable.runSpec.user);
  if (lookup.kind === "refused") return lookup;
  const { user } = lookup;
  await mkdir(paths.work, { recursive: true });
  if (user !== undefined) {
    await openTheWay(paths, slotFolderOf(runnable.runSpec, runnable.artifactPath), user);
    await host.socket?.letIn(user);
  }
  const spec = toLaunchSpec(runnable, paths, host, user);
  const isFolder = await stat(spec.workFolder).then(
    (found) => found.isDirectory(),
    (thrown: unknown) => {
      if (isNoSuchWay(thrown)) return false;
      throw thrown;
    },
  );
  if (isFolder) return { kind: "ready", spec };
  return { kind: "refused", message: `Its working directory ${spec.workFolder} is not there.` };
}
