import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { open } from "node:fs/promises";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "..", "..");
const STOP_DEADLINE_MS = 15_000;

/** One program of ours, started from its source. */
export type DemoProcess = { readonly process: ChildProcess; stop(): Promise<void> };

/** Starts `entry` (a path within the project) under this Node; what it says goes to `logPath`. `input` is its stdin. */
export async function startProgram(entry: string, args: readonly string[], logPath: string, input = ""): Promise<DemoProcess> {
  const log = await open(logPath, "a");
  const child = spawn(process.execPath, [join(ROOT, entry), ...args], { cwd: ROOT, stdio: ["pipe", log.fd, log.fd] });
  const spawned = once(child, "spawn");
  child.stdin?.on("error", () => undefined);
  child.stdin?.end(input);
  await Promise.all([spawned, log.close()]);
  return { process: child, stop: () => stop(child) };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), STOP_DEADLINE_MS);
  await exited;
  clearTimeout(timer);
}
