import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { rotateOutputLog } from "#main/agent/process/output-log.ts";

it("an output log is kept in as many files as asked for, each within its size, the newest next to the present one", async () => {
  const folder = await mkdtemp(join(tmpdir(), "rollcall-log-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, "output.log");
  for (const letter of ["a", "b", "c", "d"]) {
    await writeFile(path, letter.repeat(1500));
    await rotateOutputLog(path, { maxBytes: 1000, files: 3 });
    expect((await stat(path)).size).toBe(0);
  }
  expect((await readdir(folder)).toSorted()).toEqual(["output.log", "output.log.1", "output.log.2", "output.log.3"]);
  expect(await readFile(`${path}.1`, "utf8")).toBe("d".repeat(1000));
  expect(await readFile(`${path}.3`, "utf8")).toBe("b".repeat(1000));
  await writeFile(path, "short");
  await rotateOutputLog(path, { maxBytes: 1000, files: 3 });
  expect(await readFile(path, "utf8")).toBe("short");
});
