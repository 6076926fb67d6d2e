import { constants } from "node:fs";
import { access, open, stat } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { INSPECTED_BYTES } from "#shared/domain/artifact/inspect.ts";
import type { Platform } from "#shared/domain/artifact/platform.ts";
import type { RangeSource } from "#shared/domain/artifact/range-source.ts";
import { readProgramFacts } from "#shared/domain/artifact/read-program-facts.ts";
import { commandLineOf } from "#shared/domain/release/command-line.ts";
import type { RunSpec } from "#shared/domain/release/run-spec.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { archiveRefusal } from "#main/node/archive/archive-refusal.ts";
import type { HostAdditions } from "../process/launch-spec.ts";
import { executableNeeds, type ExecutableNeeds } from "./executable-check-needs.ts";

/** The host as a file has to suit it. */
export type ExecutingHost = { readonly platform: Platform; readonly additions: HostAdditions };

/** What is signed about the file: the platform that it was published for, and how it is run. */
export type SignedUse = { readonly platform: Platform; readonly runSpec: RunSpec };

/** Where a start looks for programs when nothing says otherwise; as the start itself does. */
const DEFAULT_SEARCH_PATH = "/usr/local/bin:/usr/bin:/bin";

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

async function readNeeds(path: string, published: Platform, host: Platform): Promise<ExecutableNeeds> {
  const file = await open(path, "r");
  try {
    const source: RangeSource = {
      sizeBytes: (await file.stat()).size,
      read: async (offset, length) => {
        const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, offset);
        return buffer.subarray(0, bytesRead);
      },
    };
    const head = await source.read(0, Math.min(INSPECTED_BYTES, source.sizeBytes));
    const facts = await readProgramFacts(source, host);
    return executableNeeds({ head, loader: facts?.interpreter, platform: published }, host);
  } finally {
    await file.close();
  }
}

async function isOnSearchPath(program: string, searchPath: string): Promise<boolean> {
  if (program.includes("/")) return isExecutable(program);
  for (const folder of searchPath.split(delimiter)) if (await isExecutable(join(folder, program))) return true;
  return false;
}

function missing(what: string): AppError {
  return new AppError("ARTIFACT_INTERPRETER_MISSING", `This file is run by ${what}, which this host does not have; it was not installed.`);
}

/** The file that a start runs, when it is the release's own; undefined when another command is handed the release. */
function ownProgram(path: string, runSpec: RunSpec): string | undefined {
  const { command } = commandLineOf(runSpec, path);
  if (runSpec.unpack !== true) return command === path ? path : undefined;
  if (command === path) throw archiveRefusal("its run spec names no command that lies in it");
  return command.startsWith(`${path}/`) ? command : undefined;
}

async function requireProgram(program: string, path: string, runSpec: RunSpec): Promise<void> {
  if (runSpec.unpack !== true) return;
  const found = await stat(program).catch(() => undefined);
  if (found?.isFile() !== true) throw archiveRefusal("its run spec names this command, which is not in it", program.slice(path.length + 1));
  if ((found.mode & 0o111) === 0) throw archiveRefusal("this command is not marked as a program", program.slice(path.length + 1));
}

/**
 * Checks, before a verified file is made executable, that this host can start it: machine and system by its own header,
 * libc by its loader, interpreter of a script. Holds only for a file that is started itself; one that is handed to
 * another command is that command's to judge.
 *
 * @param path the file; of an unpacked release the folder of its files.
 * @throws AppError ARTIFACT_WRONG_PLATFORM, ARTIFACT_INTERPRETER_MISSING, ARTIFACT_ARCHIVE_REFUSED; the file is left as it is.
 */
export async function checkExecutable(path: string, { platform, runSpec }: SignedUse, host: ExecutingHost): Promise<void> {
  const program = ownProgram(path, runSpec);
  if (program === undefined) return;
  await requireProgram(program, path, runSpec);
  const needs = await readNeeds(program, platform, host.platform);
  switch (needs.kind) {
    case "nothing":
      return;
    case "foreign":
      throw new AppError(
        "ARTIFACT_WRONG_PLATFORM",
        `This file is made for ${needs.madeFor} and this host is ${host.platform}; it was not installed.`,
      );
    case "loader":
      if (await isExecutable(needs.path)) return;
      if (!needs.isOtherLibc) throw missing(needs.path);
      throw new AppError(
        "ARTIFACT_WRONG_PLATFORM",
        `This file is made for ${needs.libc}, whose loader ${needs.path} is not on this host (${host.platform}); it was not installed.`,
      );
    case "script":
      return checkInterpreter(needs.interpreter, runSpec, host.additions);
  }
}

async function checkInterpreter(
  { path, program }: { readonly path: string; readonly program: string | undefined },
  runSpec: RunSpec,
  { inherited, overrides }: HostAdditions,
): Promise<void> {
  if (path.endsWith("\r")) {
    if (await isExecutable(path)) return;
    throw new AppError(
      "ARTIFACT_INTERPRETER_MISSING",
      "The first line of this script ends as Windows ends lines, so that no host finds its interpreter; it was not installed.",
    );
  }
  if (!(await isExecutable(path))) throw missing(path);
  const environment: Readonly<Record<string, string>> = { ...inherited, ...runSpec.environment, ...overrides?.environment };
  if (program === undefined || (await isOnSearchPath(program, environment["PATH"] ?? DEFAULT_SEARCH_PATH))) return;
  throw missing(`${program}, looked for by ${path}`);
}
