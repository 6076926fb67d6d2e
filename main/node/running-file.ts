import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { writeFileAtomic } from "./atomic-write.ts";

/**
 * What a running control plane writes into its data folder (0600), so that a second start and the CLI of the same user
 * find it. `token` is an API token of this run, revoked when it stops.
 */
export const runningControlPlane = z.object({
  pid: z.int().positive(),
  url: z.url().max(300),
  token: z.string().max(200),
  startedAt: z.int(),
});
export type RunningControlPlane = z.infer<typeof runningControlPlane>;

const FILE = "running.json";

/** Announces a control plane that listens now. */
export async function writeRunningFile(dataFolder: string, running: RunningControlPlane): Promise<void> {
  await writeFileAtomic(join(dataFolder, FILE), JSON.stringify(running), 0o600);
}

/** The control plane that runs on this data folder, or undefined; a file left by a killed process does not count. */
export async function readRunningFile(dataFolder: string): Promise<RunningControlPlane | undefined> {
  try {
    const running = runningControlPlane.parse(JSON.parse(await readFile(join(dataFolder, FILE), "utf8")));
    return isAlive(running.pid) ? running : undefined;
  } catch {
    return undefined;
  }
}

/** Takes the announcement back on a clean stop. */
export async function removeRunningFile(dataFolder: string): Promise<void> {
  await rm(join(dataFolder, FILE), { force: true });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
