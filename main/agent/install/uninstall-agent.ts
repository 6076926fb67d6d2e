import { access, readlink, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { dirname } from "node:path";
import { AppError } from "#shared/errors/app-error.ts";
import { syncFolder } from "#main/node/atomic-write.ts";
import { isNotFound } from "#main/node/disk-error.ts";
import { identityDocument } from "../state/identity.ts";
import { statePaths } from "../state/state-paths.ts";
import type { InstallPaths } from "./install-paths.ts";
import { refuseForeignFile, removeOwnedFile } from "./owned-file.ts";
import { refuseForeignLibrary } from "./program-versions.ts";
import type { ServiceControl } from "./service-control.ts";

/** What is to be removed. */
export type Removal = {
  readonly paths: InstallPaths;
  /** The host's name, typed to have its keys, versions and logs removed, too; undefined keeps them. */
  readonly purge: string | undefined;
  readonly service: ServiceControl | undefined;
};

async function refuseOtherName(paths: InstallPaths, typed: string): Promise<void> {
  // A damaged identity says no name; its state can be removed all the same.
  const known = await identityDocument(statePaths(paths.state).identity)
    .read()
    .catch(() => ({ value: undefined }));
  const name = known.value?.name ?? hostname();
  if (typed === name) return;
  throw new AppError("INPUT_INVALID", `--purge takes the name of this host, which is ${name}; nothing was removed.`);
}

async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await syncFolder(dirname(folder)).catch((thrown: unknown) => {
    if (!isNotFound(thrown)) throw thrown;
  });
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function disable({ enabled }: InstallPaths): Promise<void> {
  if ((await readlink(enabled).catch(() => undefined)) === undefined) return;
  await rm(enabled);
  await syncFolder(dirname(enabled));
}

/**
 * Removes the agent: stops it and its applications in order, then takes away what the installation wrote. The state
 * stays, so that a next installation goes on as the same host, unless its name was typed.
 *
 * @returns what was done, one sentence a line.
 * @throws AppError CONFLICT_EXISTS when a file was changed since, INPUT_INVALID when another name was typed,
 *   ENV_SERVICE_FAILED when the agent could not be stopped; then nothing was removed.
 */
export async function uninstallAgent({ paths, purge, service }: Removal): Promise<readonly string[]> {
  await refuseForeignFile(paths.unit);
  await refuseForeignFile(paths.command);
  await refuseForeignLibrary(paths);
  if (purge !== undefined) await refuseOtherName(paths, purge);
  const ran = service !== undefined && (await service.isActive());
  // Also one that waits to be started again is stopped; a unit that was never installed is not there to stop.
  const triggers = service !== undefined && (await isThere(paths.unit)) ? await service.stop() : [];
  await disable(paths);
  const wasThere = await removeOwnedFile(paths.unit);
  await removeOwnedFile(paths.command);
  await removeFolder(paths.library);
  await service?.reload();
  if (purge !== undefined) await removeFolder(paths.state);
  return [
    !wasThere
      ? "No agent was installed here."
      : ran
        ? "The agent was stopped, its applications in order, and is removed."
        : "The agent is removed.",
    ...(wasThere && service !== undefined && !ran ? ["It did not run; applications that outlived it may still run."] : []),
    ...(triggers.length > 0 ? [`${triggers.join(", ")} would have started it again and was stopped; the file stays.`] : []),
    purge === undefined ? `Its state stays in ${paths.state}.` : `Its state in ${paths.state} is removed.`,
  ];
}
