import { spawn } from "node:child_process";
import { hash } from "node:crypto";
import { once } from "node:events";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { applyInChild } from "#main/agent/bytes/apply-in-child.ts";
import { applyAnswer, APPLY_VERB, type ApplyFileOrder } from "#main/agent/bytes/apply-order.ts";
import { stubDelta } from "#test/fakes/control-plane-stub-deltas.ts";
import { tempFolder } from "#test/builders/temp-folder.ts";
import { AGENT_PROGRAM } from "./agent-process.ts";
import { twins } from "./bytes-host.ts";

const NEVER = new AbortController().signal;

/** Two files, a delta between them, and the order to apply it. */
async function anOrder(): Promise<{ readonly order: ApplyFileOrder; readonly fresh: Buffer }> {
  const folder = await tempFolder();
  const { old, fresh } = twins();
  const { delta, bytes } = await stubDelta({ version: "1.0.0", bytes: old }, fresh);
  const [deltaPath, oldPath, newPath] = [join(folder, "delta"), join(folder, "old"), join(folder, "new")];
  await writeFile(deltaPath, bytes);
  await writeFile(oldPath, old);
  const expected = { oldBytes: old.length, newBytes: fresh.length, oldSha256: delta.from.sha256, newSha256: hash("sha256", fresh) };
  return { order: { deltaPath, oldPath, newPath, expected }, fresh };
}

const node = (script: string): readonly string[] => [process.execPath, "-e", script];

describe("applying a delta in a process of its own", () => {
  it("makes the new file", async () => {
    const { order, fresh } = await anOrder();
    await applyInChild(AGENT_PROGRAM)(order, NEVER);
    expect((await readFile(order.newPath)).equals(fresh)).toBe(true);
  });

  it("fails as the work itself would, and leaves nothing", async () => {
    const { order } = await anOrder();
    await writeFile(order.oldPath, "another file");
    await expect(applyInChild(AGENT_PROGRAM)(order, NEVER)).rejects.toMatchObject({ code: "DELTA_INVALID" });
    await expect(readFile(order.newPath)).rejects.toMatchObject({ code: "ENOENT" });
    await mkdir(order.newPath);
    await expect(applyInChild(AGENT_PROGRAM)(order, NEVER)).rejects.toMatchObject({ code: "INTERNAL" });
  });

  it.each([
    ["ends at once", "process.exit(3)", "exit code 3"],
    ["is killed, as when memory runs out", "process.kill(process.pid, 'SIGKILL')", "SIGKILL"],
    ["talks nonsense", 'console.log(\'{"outcome":"perhaps"}\')', "exit code 0"],
  ])("fails when the process %s", async (_, script, ended) => {
    const { order } = await anOrder();
    await expect(applyInChild(node(script))(order, NEVER)).rejects.toMatchObject({
      code: "INTERNAL",
      message: expect.stringContaining(ended) as unknown,
    });
  });

  it("fails when there is no such program", async () => {
    const { order } = await anOrder();
    await expect(applyInChild(["/nowhere/node"])(order, NEVER)).rejects.toMatchObject({ code: "INTERNAL" });
  });

  it("is ended at once by a halt", async () => {
    const { order } = await anOrder();
    const halt = new AbortController();
    const pidFile = join(await tempFolder(), "pid");
    const script = `require("fs").writeFileSync(${JSON.stringify(pidFile)}, String(process.pid)); setInterval(() => {}, 1000)`;
    const ended = applyInChild(node(script))(order, halt.signal).catch((thrown: unknown) => thrown);
    await expect.poll(() => readFile(pidFile, "utf8").catch(() => ""), { timeout: 20_000 }).toMatch(/^\d+$/);
    halt.abort();
    expect(await ended).toMatchObject({ code: "CANCELLED" });
    const pid = Number(await readFile(pidFile, "utf8"));
    expect(() => process.kill(pid, 0)).toThrow("ESRCH");
  });

  it("ends by itself when its agent is gone, and refuses what is no order", async () => {
    const [command = "", ...args] = AGENT_PROGRAM;
    for (const said of ["", "{}\n"]) {
      const child = spawn(command, [...args, APPLY_VERB], { stdio: ["pipe", "pipe", "inherit"] });
      let text = "";
      child.stdout.on("data", (chunk: Buffer) => void (text += chunk.toString("utf8")));
      const closed = once(child, "close");
      child.stdin.end(said);
      await closed;
      expect(applyAnswer.parse(JSON.parse(text))).toMatchObject({ outcome: "failed", code: "INPUT_INVALID" });
    }
  });
});
