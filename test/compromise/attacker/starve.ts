import { spawn } from "node:child_process";
import type { ServerResponse } from "node:http";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { onTestFinished } from "vitest";
import { z } from "zod";
import { tempFolder } from "#test/builders/temp-folder.ts";
import { AttackedWorld } from "./attacked-world.ts";
import type { Order } from "./victim-host.ts";

const PROGRAM = join(import.meta.dirname, "starved-host.ts");
const line = z.object({ outcome: z.string(), message: z.string(), grownBytes: z.number().default(0), stalledMs: z.number().default(0) });

/** The most that a host may grow by while somebody starves it. */
export const MAX_GROWTH_BYTES = 16 * 1024 * 1024;

/** How the second order ended, what the host grew by, and for how long at a stretch it did nothing else. */
export type Starved = z.infer<typeof line>;

/** Runs a host in its own process: an honest order, then one under attack. */
export async function starve(world: AttackedWorld, orders: readonly [Order, Order], attack: () => void, pace?: object): Promise<Starved> {
  const folder = await tempFolder();
  const root = world.repository.rootBytes.toString("base64");
  const args = ["--expose-gc", PROGRAM, "--folder", folder, "--url", world.server.url, "--root", root, "--orders", JSON.stringify(orders)];
  const child = spawn(process.execPath, [...args, ...(pace ? ["--pace", JSON.stringify(pace)] : [])], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const read = async () => line.parse(JSON.parse((await lines.next()).value ?? "{}"));
  const warm = await read();
  if (warm.outcome !== "installed") throw new Error(`the honest order ended in ${warm.outcome}: ${warm.message}`);
  attack();
  child.stdin.write("go\n");
  return read();
}

/** A world with two signed releases, the second of which a host is starved of. */
export async function twoReleases() {
  const world = await AttackedWorld.start();
  const first = world.publish("1.0.0");
  const second = world.publish("1.1.0", { bytes: Buffer.alloc(2_000_000, "x") });
  return { world, orders: [first, second] as const };
}

/** Sends without end, as fast as it is taken. */
export const endless = (_: unknown, response: ServerResponse): void => {
  response.writeHead(200);
  const chunk = Buffer.alloc(64 * 1024, "7");
  const more = (): void => {
    while (!response.destroyed && response.write(chunk));
  };
  response.on("drain", more);
  more();
};

/** What a host grew by, for the table. */
export const grown = (bytes: number): string => `memory +${(bytes / 1_048_576).toFixed(1)} MB`;
