import { spawn, type ChildProcess } from "node:child_process";
import { constants } from "node:fs";
import { access, mkdir, open } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { Writable } from "node:stream";
import type { ProcessExit } from "../update/probation.ts";
import { readStamp, type ProcessIdentity } from "./process-identity.ts";
import type { RunningProcess } from "./running-process.ts";

/** Everything a start needs. Standard output and error go straight into the file, so that they outlive the agent. */
export type LaunchSpec = {
  readonly command: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly workFolder: string;
  readonly outputLog: string;
};

/** What a start gave: a process, or the reason why there cannot be one. */
export type LaunchResult =
  | { readonly kind: "started"; readonly process: RunningProcess }
  | { readonly kind: "not-executable"; readonly message: string };

/** The gate's own exit when its agent went away before it let it through. */
const GATE_CLOSED = 97;
const GATE = `read -r go <&3 || exit ${GATE_CLOSED}; exec 3<&-; exec "$@"`;

async function findExecutable(spec: LaunchSpec): Promise<string | undefined> {
  const folders = spec.command.includes("/") ? [""] : (spec.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin").split(delimiter);
  for (const folder of folders) {
    const path = folder === "" ? spec.command : join(folder, spec.command);
    const isExecutable = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isExecutable) return path;
  }
  return undefined;
}

function exitOf(child: ChildProcess): Promise<ProcessExit> {
  return new Promise((resolve) => {
    child.once("exit", (code, signal) => {
      if (signal !== null) return resolve({ kind: "signal", signal });
      // The shell's words for "found but not executable" and "not found" (POSIX 2.8.2).
      if (code === 126 || code === 127) return resolve({ kind: "not-executable", message: "the system refused it; its output says why" });
      return resolve({ kind: "exit", code: code ?? 0 });
    });
  });
}

type Gate = {
  readonly pid: number | undefined;
  readonly pipe: unknown;
  readonly exited: Promise<ProcessExit>;
  readonly child: ChildProcess;
};

async function spawnGate(spec: LaunchSpec, command: string): Promise<Gate> {
  await mkdir(spec.workFolder, { recursive: true });
  const log = await open(spec.outputLog, "a", 0o640);
  try {
    const child = spawn("/bin/sh", ["-c", GATE, "sh", command, ...spec.args], {
      cwd: spec.workFolder,
      env: spec.environment,
      // A group of its own: a signal to it reaches its workers, and the agent's Ctrl-C does not.
      detached: true,
      stdio: ["ignore", log.fd, log.fd, "pipe"],
    });
    // Both before the next await, or their events are gone. Without a pid there was an error, and that is all it says.
    child.on("error", () => undefined);
    return { pid: child.pid, pipe: child.stdio[3], exited: exitOf(child), child };
  } finally {
    await log.close();
  }
}

/**
 * Starts a process so that it is never running without a durable record of it.
 *
 * A shell is started first and waits at a pipe. Its pid will be the program's, since it replaces itself; once
 * `remember` has made that pid durable, a line into the pipe lets it through. An agent that is killed before that closes
 * the pipe, and the shell ends without having started anything. So a restarted agent always finds what is running, and
 * there are never two copies.
 *
 * @throws what `remember` throws; then nothing was started.
 */
export async function launch(spec: LaunchSpec, remember: (identity: ProcessIdentity) => Promise<void>): Promise<LaunchResult> {
  const command = await findExecutable(spec);
  if (command === undefined) return { kind: "not-executable", message: `${spec.command} is not there or not executable` };
  const { pid, pipe, exited, child } = await spawnGate(spec, command);
  if (pid === undefined || !(pipe instanceof Writable)) {
    return { kind: "not-executable", message: "this machine could not start another process" };
  }
  pipe.on("error", () => undefined);
  const stamp = await readStamp(pid);
  if (stamp === undefined) return { kind: "not-executable", message: "the process ended before it was started" };
  try {
    await remember({ pid, stamp });
  } catch (thrown) {
    pipe.destroy();
    throw thrown;
  }
  pipe.end("go\n");
  child.unref();
  return { kind: "started", process: { identity: { pid, stamp }, exited } };
}
