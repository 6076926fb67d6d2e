import { randomBytes } from "node:crypto";
import { mkdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { DeltaTask } from "#main/adapters/delta-process/delta-messages.ts";
import { forkDeltaProcess } from "#main/adapters/delta-process/fork-delta-process.ts";
import { runDeltaProcess } from "#main/adapters/delta-process/run-delta-process.ts";
import { coreRequest } from "#main/desktop/host/core-messages.ts";
import type { CoreProcess } from "#main/desktop/host/core-process.ts";
import { offerDeltaProcesses } from "#main/desktop/host/delta-processes.ts";
import { DeltaRelay } from "#main/desktop/host/delta-relay.ts";
import { tempFolder } from "#test/builders/temp-folder.ts";
import { quietLogger } from "#test/fakes/quiet-logger.ts";

/** The desktop's two processes as two objects: messages go over as JSON, as between processes. */
async function aDesktop() {
  const folder = join(await tempFolder(), "deltas");
  await mkdir(join(folder, "pair"), { recursive: true });
  const listeners: ((message: unknown) => void)[] = [];
  const ends: ((code: number | null) => void)[] = [];
  const relay = new DeltaRelay((report) => {
    for (const hear of listeners) hear(JSON.parse(JSON.stringify(report)));
  });
  const core: CoreProcess<never> = {
    post: (request) => {
      const read = coreRequest.parse(JSON.parse(JSON.stringify(request)));
      if (read.kind === "deltaSays" || read.kind === "deltaEnded") relay.take(read);
    },
    onMessage: (listener) => void listeners.push(listener),
    onExit: (listener) => void ends.push(listener),
    kill: () => undefined,
  };
  const refused: string[] = [];
  const log = (event: string): void => void refused.push(event);
  offerDeltaProcesses(core, { start: forkDeltaProcess, folder, log });
  const task = (outPath: string, sizeBytes: number): Promise<DeltaTask> => aTask(join(folder, "pair"), outPath, sizeBytes);
  const endCore = (): void => {
    for (const ended of ends) ended(null);
  };
  return { folder, relay, refused, task, endCore };
}

async function aTask(folder: string, outPath: string, sizeBytes: number): Promise<DeltaTask> {
  const [oldPath, newPath] = [join(folder, "old"), join(folder, "new")];
  const old = randomBytes(sizeBytes);
  await writeFile(oldPath, old);
  await writeFile(newPath, Buffer.concat([old, Buffer.from("more")]));
  return { oldPath, newPath, outPath, codec: "matches", memoryBytes: 2 ** 31 };
}

const signal = new AbortController().signal;
const runOf = (task: DeltaTask, stop: AbortSignal) => ({ task, logger: quietLogger(), signal: stop, onProgress: () => undefined });

describe("deltas on the desktop, whose control plane may start no process", () => {
  it("are made by a process of the main process, over messages", async () => {
    const { folder, relay, task } = await aDesktop();
    const wanted = await task(join(folder, "pair", "out"), 200_000);
    const made = await runDeltaProcess(() => relay.start(), runOf(wanted, signal));
    expect(made).toMatchObject({ kind: "made", path: wanted.outPath });
    expect((await stat(wanted.outPath)).size).toBeGreaterThan(0);
  });

  it("are refused where a file lies outside of their folder", async () => {
    const { folder, relay, refused, task } = await aDesktop();
    const wanted = await task(join(folder, "..", "stolen"), 200_000);
    expect(await runDeltaProcess(() => relay.start(), runOf(wanted, signal))).toMatchObject({ kind: "failed" });
    expect(refused).toEqual(["core.delta-refused"]);
  });

  it("end with the control plane's process, and when they are stopped", async () => {
    const { folder, relay, task, endCore } = await aDesktop();
    const wanted = await task(join(folder, "pair", "out"), 20_000_000);
    const stop = new AbortController();
    const making = runDeltaProcess(() => relay.start(), runOf(wanted, stop.signal));
    stop.abort();
    await expect(making).rejects.toMatchObject({ code: "CANCELLED" });
    const child = relay.start();
    const told: unknown[] = [];
    child.onMessage((message) => told.push(message));
    child.post(wanted);
    await expect.poll(() => told.length, { timeout: 20_000 }).toBeGreaterThan(0);
    endCore();
    await expect(stat(wanted.outPath)).rejects.toMatchObject({ code: "ENOENT" });
  });
});
