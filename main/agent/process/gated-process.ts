import { spawn, type ChildProcess } from "node:child_process";
import { constants } from "node:fs";
import { access, open } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { Readable, Writable } from "node:stream";
import type { ProcessExit } from "../update/probation.ts";
import { readStamp } from "./process-identity.ts";
import type { LaunchSpec } from "./launch-spec.ts";
import { firstByteOf, READY_FD_VARIABLE } from "./readiness-pipe.ts";
import { asUser } from "./run-user.ts";
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

/** A listening socket that a program inherits, and the name that it knows it by. */
export type InheritedSocket = { readonly fd: number; readonly name: string };

/** Makes gated processes: this agent itself, or whoever holds what a program inherits. */
export type GateKeeper = (spec: LaunchSpec) => Promise<GateResult>;

/** The gate's own exit when its agent went away before it let it through. */
const GATE_CLOSED = 97;
const GATE = `read -r go || exit ${GATE_CLOSED}; exec "$@" </dev/null`;
/** The shell's pid is the program's, which no one else could name before it runs (sd_listen_fds(3)). */
const LISTEN_GATE = `read -r go || exit ${GATE_CLOSED}; export LISTEN_PID=$$; exec "$@" </dev/null`;
const FIRST_INHERITED_FD = 3;

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

function environmentOf({ environment, readyPipe }: LaunchSpec, sockets: readonly InheritedSocket[]): Record<string, string> {
  return {
    ...environment,
    ...(sockets.length > 0 && { LISTEN_FDS: String(sockets.length), LISTEN_FDNAMES: sockets.map(({ name }) => name).join(":") }),
    ...(readyPipe === true && { [READY_FD_VARIABLE]: String(FIRST_INHERITED_FD + sockets.length) }),
  };
}

async function spawnGate(spec: LaunchSpec, command: string, sockets: readonly InheritedSocket[]): Promise<ChildProcess> {
  const { user, umask } = spec;
  const words = user === undefined ? [command, ...spec.args] : asUser(user, command, spec.args);
  const gate = sockets.length === 0 ? GATE : LISTEN_GATE;
  const log = await open(spec.outputLog, "a", 0o640);
  try {
    const child = spawn("/bin/sh", ["-c", umask === undefined ? gate : `umask ${umask}; ${gate}`, "sh", ...words], {
      cwd: spec.workFolder,
      env: environmentOf(spec, sockets),
      // A group of its own: a signal to it reaches its workers, and the agent's Ctrl-C does not.
      detached: true,
      // The gate is standard input, so that every number from 3 on is the program's.
      stdio: ["pipe", log.fd, log.fd, ...sockets.map(({ fd }) => fd), ...(spec.readyPipe === true ? ["pipe" as const] : [])],
    });
    // Before the next await, or the event is gone. Without a pid there was an error, and that is all it says.
    child.on("error", () => undefined);
    return child;
  } finally {
    await log.close();
  }
}

/**
 * Starts a shell that waits at its standard input. Its pid will be the program's, since it replaces itself; an end of
 * that pipe without a word, as when its parent was killed, ends it without having started anything.
 *
 * @param sockets what the program inherits as descriptors from 3 on, in this order.
 */
export async function startGated(spec: LaunchSpec, sockets: readonly InheritedSocket[] = []): Promise<GateResult> {
  const command = await findExecutable(spec);
  if (command === undefined) return { kind: "not-executable", message: `${spec.command} is not there or not executable` };
  const child = await spawnGate(spec, command, sockets);
  const exited = exitOf(child);
  const { pid } = child;
  const [gate, pipe] = [child.stdio[0], child.stdio[FIRST_INHERITED_FD + sockets.length]];
  if (pid === undefined || !(gate instanceof Writable)) {
    return { kind: "not-executable", message: "this machine could not start another process" };
  }
  gate.on("error", () => undefined);
  const ready = pipe instanceof Readable ? firstByteOf(pipe) : undefined;
  const stamp = await readStamp(pid);
  if (stamp === undefined) return { kind: "not-executable", message: "the process ended before it was started" };
  const letThrough = (): void => {
    gate.end("go\n");
    child.unref();
  };
  const process = { identity: { pid, stamp }, exited, open: letThrough, drop: () => void gate.destroy(), ...(ready && { ready }) };
  return { kind: "waiting", process };
}
