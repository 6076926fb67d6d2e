import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, it } from "vitest";
import { portableStamp } from "#main/agent/process/portable-stamp.ts";

it("a process is told from its successors without /proc, too: the same while it runs, nothing afterwards", async () => {
  const child = spawn("sleep", ["600"]);
  await once(child, "spawn");
  const pid = child.pid ?? 0;
  const stamp = await portableStamp(pid);
  expect(stamp).toMatch(/^\w{3} \w{3} +\d+ \d\d:\d\d:\d\d \d{4}$/);
  expect(await portableStamp(pid)).toBe(stamp);
  child.kill("SIGKILL");
  await once(child, "exit");
  await expect(portableStamp(pid)).rejects.toThrow("ps");
});
