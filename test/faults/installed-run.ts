import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, readFile, realpath, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { installPaths, type InstallPaths } from "#main/agent/install/install-paths.ts";
import { placeVersion, switchVersion } from "#main/agent/install/program-versions.ts";
import { LAUNCHER_TEXT } from "#main/agent/self-update/launcher-text.ts";
import { AGENT_VERSION } from "#main/agent/agent-version.ts";
import { encodeEnrolmentToken } from "#shared/protocol/enrolment.ts";
import type { AnyRun, RunOptions } from "./agent-run.ts";
import { INJECTION_VARIABLE } from "./fault.ts";
import { injectedEnvironment, injectorOf } from "./injected-program.ts";

/** How Node ends when a program throws before it can catch anything. */
const THREW = 1;

/** Below the state folder, so that what befalls the state befalls the installation, too. */
const pathsOf = (folder: string): InstallPaths => installPaths(join(folder, "root"));

/** In place of the runtime: this one, with what is injected, so that no point copies a hundred megabytes. */
const runtime = (program: string): string => `#!/bin/sh
[ -z "$${INJECTION_VARIABLE}" ] || exec "${process.execPath}" --import "${injectorOf(program)}" "$@"
exec "${process.execPath}" "$@"
`;

/** Installs an agent into a state folder, as \`rollcall-agent install\` does on a machine. */
export async function installInto(folder: string, program: string): Promise<void> {
  const paths = pathsOf(folder);
  await mkdir(dirname(paths.launcher), { recursive: true });
  const node = join(folder, "root/runtime");
  await writeFile(node, runtime(program), { mode: 0o755 });
  await switchVersion(paths, (await placeVersion(paths, { node, agent: program, version: AGENT_VERSION })).name);
  await writeFile(paths.launcher, LAUNCHER_TEXT, { mode: 0o755 });
}

/** What is wrong with the version that the launcher would start now: nothing, or a sentence. */
export async function installedVersionFault(folder: string, version?: string): Promise<string | undefined> {
  const { current } = pathsOf(folder);
  const target = await realpath(current).catch(() => "");
  const names = await readdir(target === "" ? folder : target);
  if (target === "" || names.toSorted().join() !== "node,rollcall-agent.mjs") return "the launcher has nothing to start";
  const bundle = await readFile(join(target, "rollcall-agent.mjs"), "utf8");
  if (!bundle.trimEnd().includes("await main()")) return "the program that the launcher starts is torn";
  return version === undefined || bundle.includes(`version: "${version}"`) ? undefined : `the launcher does not start ${version}`;
}

/**
 * An installed agent, and whoever starts the launcher again when it has ended in order, or has thrown without having been
 * given a fault. One that is killed stays down.
 */
export class InstalledRun implements AnyRun {
  output = "";
  readonly #options: RunOptions;
  readonly #cutStart: number;
  #child: ChildProcess | undefined;
  #isEnding = false;
  readonly #running: Promise<number | null>;
  #isOver = false;

  /** @param cutStart the number of the start that is given the fault. */
  constructor(options: RunOptions, cutStart: number) {
    this.#options = options;
    this.#cutStart = cutStart;
    this.#running = this.#keepRunning();
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  exited(): Promise<number | null> {
    return this.#running;
  }

  end(signal: "SIGTERM" | "SIGKILL"): Promise<number | null> {
    this.#isEnding = true;
    this.#child?.kill(signal);
    return this.#running;
  }

  async #keepRunning(): Promise<number | null> {
    for (let start = 1; ; start += 1) {
      const code = await this.#run(start);
      const isOwnFault = code === THREW && start !== this.#cutStart;
      if ((code === 0 || isOwnFault) && !this.#isEnding) continue;
      this.#isOver = true;
      return code;
    }
  }

  async #run(start: number): Promise<number | null> {
    const { program, folder, injection, token } = this.#options;
    const { log: _log, fault: _fault, ...rest } = injection;
    const env = injectedEnvironment(program, { folder, ...(start === this.#cutStart ? injection : rest) });
    const isNew = token !== undefined && start === 1;
    const args = ["run", "--state", folder, ...(isNew ? ["--token-file", "-"] : [])];
    const child = spawn(pathsOf(folder).launcher, args, { stdio: ["pipe", "pipe", "pipe"], env });
    this.#child = child;
    const take = (chunk: Buffer): void => void (this.output += chunk.toString("utf8"));
    child.stdout.on("data", take);
    child.stderr.on("data", take);
    child.stdin.on("error", () => undefined);
    child.stdin.end(isNew ? encodeEnrolmentToken(token) : "");
    await once(child, "exit");
    return child.exitCode;
  }
}
