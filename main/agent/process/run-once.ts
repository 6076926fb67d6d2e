import { spawn, type ChildProcess } from "node:child_process";
import { Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import type { LaunchSpec } from "./launch-spec.ts";
import { signalGroup } from "./running-process.ts";
import { asUser } from "./run-user.ts";

/** A program that runs to its end beside the application, and is not kept running. */
export type OnceSpec = Pick<LaunchSpec, "command" | "args" | "environment" | "workFolder" | "user" | "umask"> & {
  /** Then it is killed. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Ends it as soon as its output so far satisfies this. */
  readonly until?: (output: string) => boolean;
};

/** How it ended. `satisfied` is the end that `until` asked for. */
export type OnceEnd =
  | { readonly kind: "exit"; readonly code: number }
  | { readonly kind: "signal"; readonly signal: string }
  | { readonly kind: "satisfied" }
  | { readonly kind: "timeout" }
  | { readonly kind: "aborted" }
  | { readonly kind: "not-started"; readonly message: string };

/** With the last of what it wrote on either output, as text of at most {@link TAIL_CHARACTERS}. */
export type OnceResult = { readonly end: OnceEnd; readonly tail: string };

const TAIL_CHARACTERS = 4000;
/** For words that were written before the end and not read yet; whoever else holds the pipe is not waited for. */
const LAST_WORDS_MS = 250;

/**
 * The shell becomes the program. Beside it, in its group, a watcher reads a pipe whose other end this agent holds: when
 * the agent is killed, the pipe ends, and the watcher kills the group. So nothing of it outlives the agent.
 */
const WATCHED = `exec 3<&0; { read -r word <&3; kill -KILL 0; } & exec "$@" 3<&- </dev/null`;

/** Runs a program once. When this resolves, its process group is gone: whatever it started there was killed with it. */
export async function runOnce(spec: OnceSpec): Promise<OnceResult> {
  if (spec.signal.aborted) return { end: { kind: "aborted" }, tail: "" };
  const child = start(spec);
  let output = "";
  const closed = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const end = await new Promise<OnceEnd>((resolve) => {
    const abort = (): void => resolve({ kind: "aborted" });
    const timer = setTimeout(() => resolve({ kind: "timeout" }), spec.timeoutMs);
    spec.signal.addEventListener("abort", abort, { once: true });
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => {
        output += text;
        if (spec.until?.(output) === true) resolve({ kind: "satisfied" });
        output = output.slice(-TAIL_CHARACTERS);
      });
      stream?.on("error", () => undefined);
    }
    child.once("error", (thrown) => resolve({ kind: "not-started", message: thrown.message.slice(0, 200) }));
    child.once("exit", (code, signal) => resolve(toEnd(code, signal)));
    void closed.then(() => {
      clearTimeout(timer);
      spec.signal.removeEventListener("abort", abort);
    });
  });
  await finish(child, closed);
  // What was read in the last words may hold what was waited for.
  return { end: end.kind === "exit" && spec.until?.(output) === true ? { kind: "satisfied" } : end, tail: output };
}

function start({ command, args, environment, workFolder, user, umask }: OnceSpec): ChildProcess {
  const words = user === undefined ? [command, ...args] : asUser(user, command, args);
  return spawn("/bin/sh", ["-c", umask === undefined ? WATCHED : `umask ${umask}; ${WATCHED}`, "sh", ...words], {
    cwd: workFolder,
    env: environment,
    detached: true,
    stdio: ["pipe", "pipe", "pipe"],
  }).on("error", () => undefined);
}

async function finish(child: ChildProcess, closed: Promise<void>): Promise<void> {
  if (child.pid !== undefined) signalGroup({ pid: child.pid, stamp: "" }, "SIGKILL");
  await Promise.race([closed, sleep(LAST_WORDS_MS)]);
  child.stdout?.destroy();
  child.stderr?.destroy();
  if (child.stdin instanceof Writable) child.stdin.on("error", () => undefined).destroy();
}

function toEnd(code: number | null, signal: NodeJS.Signals | null): OnceEnd {
  if (signal !== null) return { kind: "signal", signal };
  // The shell's words for "found but not executable" and "not found" (POSIX 2.8.2).
  return code === 126 || code === 127 ? { kind: "not-started", message: "the system refused it" } : { kind: "exit", code: code ?? 0 };
}

/** An end as people read it in a sentence about "it". */
export function describeOnceEnd(end: OnceEnd, timeoutMs: number): string {
  switch (end.kind) {
    case "exit":
      return `ended with exit code ${end.code}`;
    case "signal":
      return `was ended by ${end.signal}`;
    case "satisfied":
      return "did what was asked";
    case "timeout":
      return `did not end within ${timeoutMs} ms and was killed`;
    case "aborted":
      return "was stopped";
    case "not-started":
      return `could not be started: ${end.message}`;
  }
}
