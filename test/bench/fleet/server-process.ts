import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, open, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { contractClient, type Target } from "#main/client/contract-client.ts";
import { readRunningFile } from "#main/node/running-file.ts";
import type { ContractClient } from "#shared/contract/index.ts";

/** The root of the checkout. */
export const ROOT = resolve(import.meta.dirname, "../../..");

/** A control plane as its own process, with a client that may do everything. */
export type ServerProcess = {
  readonly child: ChildProcess;
  readonly target: Target;
  readonly client: ContractClient;
  /** From `spawn` until `/readyz` answered 200. */
  readonly readyAfterMs: number;
  readonly stop: () => Promise<void>;
};

const DEADLINE_MS = 30_000;

/** The CLI as its sources, which Node reads by stripping types, and as the bundle that is shipped. */
export const SOURCES = "main/cli/main.ts";
export const BUNDLE = "dist/cli/rollcall.js";

/**
 * Starts `rollcall serve` on a free port. The bundle has to be built before.
 *
 * @param kept a folder whose `data` is served, and which stays; without it a fresh one that goes with the server.
 */
export async function startServer(entry: typeof SOURCES | typeof BUNDLE = SOURCES, kept?: string): Promise<ServerProcess> {
  const folder = kept ?? (await mkdtemp(join(tmpdir(), "rollcall-bench-")));
  const startedAt = performance.now();
  const args = [join(ROOT, entry), "serve", "--data", join(folder, "data"), "--port", "0"];
  const log = await open(join(folder, "bench.log"), "w");
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ["ignore", log.fd, log.fd] });
  await log.close();
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      const exited = once(child, "exit");
      child.kill("SIGTERM");
      await exited;
    }
    if (kept === undefined) await rm(folder, { recursive: true, force: true });
  };
  try {
    const target = await whenReady(child, folder, startedAt + DEADLINE_MS);
    return { child, target, client: contractClient(target), readyAfterMs: performance.now() - startedAt, stop };
  } catch (failure) {
    await stop();
    throw failure;
  }
}

/** The bare server of `yardstick/bare-server.ts` as its own process. */
export async function startYardstick(): Promise<{ readonly url: string; readonly pid: number; readonly stop: () => void }> {
  const child = spawn(process.execPath, [join(ROOT, "test/bench/yardstick/bare-server.ts")], { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  if (child.pid === undefined) throw new Error("The yardstick did not start.");
  return { url: line.toString("utf8").trim(), pid: child.pid, stop: () => void child.kill("SIGTERM") };
}

async function whenReady(child: ChildProcess, folder: string, untilMs: number): Promise<Target> {
  while (performance.now() < untilMs && child.exitCode === null) {
    const running = await readRunningFile(join(folder, "data"));
    if (running !== undefined && (await fetch(new URL("/readyz", running.url))).ok) return { url: running.url, token: running.token };
    await new Promise((settle) => setTimeout(settle, 5));
  }
  const said = await readFile(join(folder, "bench.log"), "utf8");
  throw new Error(`The control plane did not become ready (exit code ${child.exitCode}):\n${said.slice(-2000)}`);
}
