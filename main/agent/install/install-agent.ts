import { lstat, mkdir, readlink, symlink } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { AppError } from "#shared/errors/app-error.ts";
import { encodeEnrolmentToken, type EnrolmentTokenDocument } from "#shared/protocol/enrolment.ts";
import { syncFolder, writeFileAtomic } from "#main/node/atomic-write.ts";
import { isNotFound } from "#main/node/disk-error.ts";
import { identityDocument } from "../state/identity.ts";
import { statePaths } from "../state/state-paths.ts";
import { LAUNCHER_TEXT } from "../self-update/launcher-text.ts";
import { Trial } from "../self-update/trial.ts";
import { INSTALLED_PROGRAM, INSTALLED_STATE, SERVICE_NAME, type InstallPaths } from "./install-paths.ts";
import { refuseForeignFile, writeOwnedFile } from "./owned-file.ts";
import {
  placeVersion,
  pruneVersions,
  refuseForeignLibrary,
  switchVersion,
  type InstalledVersion,
  type ProgramFiles,
} from "./program-versions.ts";
import type { ServiceControl } from "./service-control.ts";
import { unitText } from "./unit-text.ts";

/** What is to be installed, and where. */
export type Installation = {
  readonly paths: InstallPaths;
  readonly files: ProgramFiles;
  readonly token: EnrolmentTokenDocument | undefined;
  readonly name: string | undefined;
  /** Undefined in an image, whose systemd does not run. */
  readonly service: ServiceControl | undefined;
};

/** What `rollcall-agent` on the search path runs. */
const COMMAND_TEXT = `#!/bin/sh\nexec ${INSTALLED_PROGRAM.node} ${INSTALLED_PROGRAM.agent} "$@"\n`;
const LINK_TARGET = `../${SERVICE_NAME}.service`;

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    (thrown: unknown) => {
      if (isNotFound(thrown)) return false;
      throw thrown;
    },
  );
}

/** Ours, or what `systemctl enable` makes of it. */
async function refuseForeignLink({ enabled, root, unit }: InstallPaths): Promise<void> {
  if (!(await exists(enabled))) return;
  const target = await readlink(enabled).catch(() => undefined);
  if (target === LINK_TARGET || target === join("/", relative(root, unit))) return;
  throw new AppError("CONFLICT_EXISTS", `${enabled} is not the link to the unit of the agent; nothing was done. Move it away.`, {
    details: { path: enabled },
  });
}

async function refuseForeign(paths: InstallPaths): Promise<void> {
  await refuseForeignFile(paths.unit);
  await refuseForeignLink(paths);
  await refuseForeignFile(paths.command);
  await refuseForeignFile(paths.launcher);
  await refuseForeignLibrary(paths);
}

async function isEnrolled(paths: InstallPaths): Promise<boolean> {
  return (await identityDocument(statePaths(paths.state).identity).read()).value !== undefined;
}

/** Leaves the token where the first start finds it: each machine enrols itself, those made from one image, too. */
async function keepToken(paths: InstallPaths, token: EnrolmentTokenDocument): Promise<void> {
  await mkdir(paths.state, { recursive: true, mode: 0o750 });
  await writeFileAtomic(statePaths(paths.state).enrolmentToken, `${encodeEnrolmentToken(token)}\n`, 0o600);
}

/** Links the unit into the boot at its first installation; who disables it later is not overruled by an upgrade. */
async function enable({ unit, enabled }: InstallPaths): Promise<void> {
  if ((await exists(unit)) || (await exists(enabled))) return;
  await mkdir(dirname(enabled), { recursive: true });
  await symlink(LINK_TARGET, enabled);
  await syncFolder(dirname(enabled));
}

/** The unit comes last: with it the installation is complete. */
async function writeFiles({ paths, name }: Installation, version: InstalledVersion): Promise<boolean> {
  const isNewLauncher = await writeOwnedFile(paths.launcher, LAUNCHER_TEXT, 0o755);
  const isSwitched = await switchVersion(paths, version.name);
  // What a person installs is on no trial, and ends the one that may be under way.
  await new Trial(paths).pass();
  const isNewCommand = await writeOwnedFile(paths.command, COMMAND_TEXT, 0o755);
  await enable(paths);
  const isNewUnit = await writeOwnedFile(paths.unit, unitText(name), 0o644);
  await pruneVersions(paths, version.name);
  return version.isNew || isNewLauncher || isSwitched || isNewCommand || isNewUnit;
}

async function takeEffect(service: ServiceControl, changed: boolean): Promise<string> {
  await service.reload();
  if (!(await service.isActive())) {
    await service.start();
    return "The agent was started.";
  }
  if (!changed) return "The agent runs already, as installed.";
  await service.restart();
  return "The agent was started anew; its applications went on.";
}

/**
 * Installs or upgrades the agent. Everything foreign is refused before anything is written; the program is switched by
 * one rename; what a kill interrupts, the next call completes. Applications are not touched.
 *
 * @returns what was done, one sentence a line.
 * @throws AppError CONFLICT_EXISTS when a foreign file stands in the way, INPUT_INVALID when the host is not enrolled and
 *   no token was given, ENV_UNSUPPORTED when the copied program does not start, ENV_SERVICE_FAILED, ENV_DISK_FULL.
 */
export async function installAgent(installation: Installation): Promise<readonly string[]> {
  const { paths, token, service } = installation;
  await refuseForeign(paths);
  const enrolled = await isEnrolled(paths);
  if (!enrolled && token === undefined && service !== undefined) {
    throw new AppError(
      "INPUT_INVALID",
      "This host is not enrolled and no token was given; nothing was installed. Give one with --token-file, on standard input or in ROLLCALL_ENROL_TOKEN.",
    );
  }
  const version = await placeVersion(paths, installation.files);
  if (token !== undefined && !enrolled) await keepToken(paths, token);
  const changed = await writeFiles(installation, version);
  return [
    changed
      ? `Agent ${version.name} is installed in ${paths.library}; its unit is ${paths.unit}.`
      : `Agent ${version.name} is installed already; nothing was changed.`,
    ...(enrolled && token !== undefined ? ["This host is enrolled already; the token was not used."] : []),
    ...(!enrolled && token === undefined ? [`It starts once a token stands in ${statePaths(INSTALLED_STATE).enrolmentToken}.`] : []),
    service === undefined ? "It starts with the machine that is made from this folder." : await takeEffect(service, changed),
  ];
}
