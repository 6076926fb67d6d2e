import { access, stat } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { adoptProcess, type AskingPace } from "#main/agent/process/adopt-process.ts";
import { startGated } from "#main/agent/process/gated-process.ts";
import { isAlive } from "#main/agent/process/process-identity.ts";
import type { GatedProcess } from "#main/agent/process/spawn-gated.ts";
import { signalGroup, stopProcess } from "#main/agent/process/running-process.ts";
import { tempFolder } from "#test/builders/temp-folder.ts";

const DAY_MS = 86_400_000;
/** Nobody asks after it: what is heard of it comes by an event. */
const NEVER: AskingPace = { firstMs: DAY_MS, heldMs: DAY_MS, looseMs: DAY_MS, soonMs: 5 };

async function start(script: string) {
  const folder = await tempFolder();
  const [outputLog, lifeline] = [join(folder, "output.log"), join(folder, "lifeline")];
  const spec = { command: "/bin/sh", args: ["-c", script], environment: { PATH: "/usr/bin:/bin" }, workFolder: folder, outputLog };
  const result = await startGated({ ...spec, lifeline });
  if (result.kind !== "waiting") throw new Error(result.message);
  const { process } = result;
  onTestFinished(() => void signalGroup(process.identity, "SIGKILL"));
  process.open();
  await expect
    .poll(
      () =>
        stat(lifeline).then(
          (found) => found.isFIFO(),
          () => false,
        ),
      { timeout: 30_000 },
    )
    .toBe(true);
  return { process, lifeline, folder };
}

const kill = ({ identity }: GatedProcess): void => void process.kill(identity.pid, "SIGKILL");

describe("a process that an earlier agent started", () => {
  it("is known to have ended by its lifeline, without having been asked after", async () => {
    const { process, lifeline } = await start("sleep 600 9>&-; true");
    const adopted = adoptProcess(process.identity, lifeline, NEVER);
    kill(process);
    expect(await adopted.exited).toEqual({ kind: "unknown" });
  });

  it("is asked after where a worker holds its lifeline on, or it has none", async () => {
    const { process, lifeline, folder } = await start("sleep 600 & : > forked; wait");
    await vi.waitFor(() => access(join(folder, "forked")), { timeout: 30_000 });
    const held = adoptProcess(process.identity, lifeline, NEVER);
    // It opens the lifeline and looks once. Whoever looks ten times after it ends later.
    for (let looks = 0; looks < 10; looks += 1) expect(await isAlive(process.identity)).toBe(true);
    const loose = adoptProcess(process.identity, undefined, { ...NEVER, firstMs: 20, looseMs: 20 });
    kill(process);
    expect(await loose.exited).toEqual({ kind: "unknown" });
    expect(await Promise.race([held.exited, Promise.resolve("pending")])).toBe("pending");
    held.hurry?.();
    expect(await held.exited).toEqual({ kind: "unknown" });
  });

  it("is asked after when it closed its lifeline itself, and goes on", async () => {
    const { process, lifeline } = await start("exec 9>&-; exec sleep 600");
    const adopted = adoptProcess(process.identity, lifeline, { ...NEVER, firstMs: 5, heldMs: 5, looseMs: 5 });
    expect(await Promise.race([adopted.exited, new Promise((resolve) => setTimeout(() => resolve("alive"), 50))])).toBe("alive");
    kill(process);
    expect(await adopted.exited).toEqual({ kind: "unknown" });
  });

  it("is looked after at once when it is stopped", async () => {
    const { process } = await start("exec sleep 600");
    const adopted = adoptProcess(process.identity, undefined, NEVER);
    expect(await stopProcess(adopted, 60_000)).toEqual({ kind: "unknown" });
  });
});
