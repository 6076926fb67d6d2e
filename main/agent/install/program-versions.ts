import { execFile } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { chmod, constants, copyFile, mkdir, open, readdir, readlink, rename, rm, stat, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { AppError } from "#shared/errors/app-error.ts";
import { syncFolder } from "#main/node/atomic-write.ts";
import { isNotFound, toDiskError } from "#main/node/disk-error.ts";
import { sha256OfFile } from "#main/node/sha256-of-file.ts";
import { SERVICE_NAME, type LibraryPaths } from "./install-paths.ts";

const execute = promisify(execFile);

/** The runtime and the program that are to be installed. */
export type ProgramFiles = { readonly node: string; readonly agent: string; readonly version: string };

/** A version of the agent as it lies in the library. */
export type InstalledVersion = { readonly folder: string; readonly name: string; readonly isNew: boolean };

const AGENT_FILE = `${SERVICE_NAME}.mjs`;
const TRIAL_TIMEOUT_MS = 30_000;
/** What an installation and its launcher put into the library. */
const LIBRARY_NAMES: ReadonlySet<string> = new Set(["versions", "current", "current.back", "launch", "trial", "trial.next", "given-up"]);
const VERSION_NAME = /^[0-9A-Za-z.+-]{1,80}-[0-9a-f]{16}$/;

async function copyDurably(from: string, to: string, mode: number): Promise<void> {
  try {
    await copyFile(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
    await chmod(to, mode);
    const file = await open(to, "r");
    try {
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (thrown) {
    throw toDiskError(thrown, to);
  }
}

/** The runtime that was copied may need libraries that are elsewhere; what does not start is not installed. */
async function tryOut(folder: string, version: string): Promise<void> {
  const { stdout } = await execute(join(folder, "node"), [join(folder, AGENT_FILE), "--version"], {
    timeout: TRIAL_TIMEOUT_MS,
    env: {},
  }).catch((cause: unknown) => {
    throw new AppError("ENV_UNSUPPORTED", "The copied runtime and agent do not start; nothing was installed.", { cause });
  });
  if (stdout.trim() === version) return;
  throw new AppError("ENV_UNSUPPORTED", `The copied agent is not version ${version} as expected; nothing was installed.`);
}

async function isIntact(folder: string, wanted: { readonly node: string; readonly agent: string }): Promise<boolean> {
  try {
    return (await sha256OfFile(join(folder, "node"))) === wanted.node && (await sha256OfFile(join(folder, AGENT_FILE))) === wanted.agent;
  } catch (thrown) {
    if (isNotFound(thrown)) return false;
    throw thrown;
  }
}

/**
 * Refuses a library folder that holds what no installation put there.
 *
 * @throws AppError CONFLICT_EXISTS.
 */
export async function refuseForeignLibrary({ library, versions, current }: LibraryPaths): Promise<void> {
  const names = await listing(library);
  const link = await readlink(current).catch(() => undefined);
  const strange = [
    ...names.filter((name) => !LIBRARY_NAMES.has(name) && !name.endsWith(".tmp")),
    ...(names.includes("current") && link === undefined ? ["current"] : []),
    ...(await listing(versions)).filter((name) => !VERSION_NAME.test(name) && !name.endsWith(".tmp")).map((name) => `versions/${name}`),
  ];
  if (strange.length === 0) return;
  throw new AppError(
    "CONFLICT_EXISTS",
    `${library} holds ${strange.slice(0, 3).join(", ")}, which no installation put there; nothing was done.`,
  );
}

async function listing(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch((thrown: unknown) => {
    if (isNotFound(thrown)) return [];
    throw thrown;
  });
}

/**
 * Copies a runtime and a program into a folder named by version and content, tries them out there, and gives the folder
 * its name last, so that it is whole or not at all. A whole one that is there already is used again once its digests agree.
 *
 * @throws AppError ENV_UNSUPPORTED when the copy does not start, ENV_DISK_FULL; what is installed stays as it is.
 */
export async function placeVersion(paths: LibraryPaths, files: ProgramFiles): Promise<InstalledVersion> {
  const digests = { node: await sha256OfFile(files.node), agent: await sha256OfFile(files.agent) };
  const content = createHash("sha256").update(`${digests.node} ${digests.agent}`).digest("hex").slice(0, 16);
  const name = `${files.version}-${content}`;
  const folder = join(paths.versions, name);
  if (await isIntact(folder, digests)) return { folder, name, isNew: false };
  const temporary = join(paths.versions, `${randomBytes(6).toString("hex")}.tmp`);
  await mkdir(temporary, { recursive: true, mode: 0o755 });
  try {
    await copyDurably(files.node, join(temporary, "node"), 0o755);
    await copyDurably(files.agent, join(temporary, AGENT_FILE), 0o644);
    await tryOut(temporary, files.version);
    await syncFolder(temporary);
    // What lies there under the same name is damaged: its digests were compared above.
    await rm(folder, { recursive: true, force: true });
    await rename(temporary, folder);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  await syncFolder(paths.versions);
  return { folder, name, isNew: true };
}

/** Points `current` at a version, atomically; whether it pointed elsewhere. */
export async function switchVersion(paths: LibraryPaths, name: string): Promise<boolean> {
  const target = join("versions", name);
  if ((await readlink(paths.current).catch(() => "")) === target) return false;
  const temporary = `${paths.current}.${randomBytes(6).toString("hex")}.tmp`;
  await symlink(target, temporary);
  await rename(temporary, paths.current);
  await syncFolder(dirname(paths.current));
  return true;
}

/** Removes every version but the one in use and the newest other one, which a person can go back to by hand, and what kills left. */
export async function pruneVersions({ library, versions }: LibraryPaths, used: string): Promise<void> {
  const others = (await listing(versions)).filter((name) => name !== used);
  const dated = await Promise.all(others.map(async (name) => ({ name, at: (await stat(join(versions, name))).mtimeMs })));
  const [, ...old] = dated.filter(({ name }) => VERSION_NAME.test(name)).toSorted((left, right) => right.at - left.at);
  const leftovers = dated.filter(({ name }) => !VERSION_NAME.test(name));
  for (const { name } of [...old, ...leftovers]) await rm(join(versions, name), { recursive: true, force: true });
  for (const name of await listing(library)) if (name.endsWith(".tmp")) await rm(join(library, name), { force: true });
}
