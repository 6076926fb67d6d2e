import { spawn, type ChildProcess } from "node:child_process";
import { constants } from "node:fs";
import { access, mkdir, open } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { Writable } from "node:stream";
import type { ProcessExit } from "../update/probation.ts";
import { readStamp } from "./process-identity.ts";
import type { LaunchSpec } from "./launch-spec.ts";
import type { RunningProcess } from "./running-process.ts";

/** A process with the pid that the program will have, which runs nothing of the program before it is let through. */
export type GatedProcess = RunningProcess & {
  /** Lets it through, once it is written down. */
  readonly open: () => void;
  /** Ends it without having run the program. */
  readonly drop: () => void;
};

/** What the first half of a start gave. */
export type GateResult =
  | { readonly kind: "waiting"; readonly process: GatedProcess }
  | { readonly kind: "not-executable"; readonly message: string };

/** Makes gated processes: this agent itself, or whoever holds what a program inherits. */
export type GateKeeper = (spec: LaunchSpec) => Promise<GateResult>;

/** The gate's own exit when its agent went away before it let it through. */
const GATE_CLOSED = 97;
const GATE = `read -r go || exit ${GATE_CLOSED}; exec "$@" </dev/null`;

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
      // The gate is standard input, so that every number from 3 on is the program's.
      stdio: ["pipe", log.fd, log.fd],
    });
    // Both before the next await, or their events are gone. Without a pid there was an error, and that is all it says.
    child.on("error", () => undefined);
    return { pid: child.pid, pipe: child.stdio[0], exited: exitOf(child), child };
  } finally {
    await log.close();
  }
}

/**
 * Starts a shell that waits at its standard input. Its pid will be the program's, since it replaces itself; an end of
 * that pipe without a word, as when its parent was killed, ends it without having started anything.
 */
export async function startGated(spec: LaunchSpec): Promise<GateResult> {
  const command = await findExecutable(spec);
  if (command === undefined) return { kind: "not-executable", message: `${spec.command} is not there or not executable` };
  const { pid, pipe, exited, child } = await spawnGate(spec, command);
  if (pid === undefined || !(pipe instanceof Writable)) {
    return { kind: "not-executable", message: "this machine could not start another process" };
  }
  pipe.on("error", () => undefined);
  const stamp = await readStamp(pid);
  if (stamp === undefined) return { kind: "not-executable", message: "the process ended before it was started" };
  const open_ = (): void => {
    pipe.end("go\n");
    child.unref();
  };
  return { kind: "waiting", process: { identity: { pid, stamp }, exited, open: open_, drop: () => void pipe.destroy() } };
}
