/** Child process: makes or applies one delta and tells how long that took, on how much of the processors, and how much memory the process had at most. */
import { readFile, stat, writeFile } from "node:fs/promises";
import { applyDelta } from "#main/node/delta/apply-delta.ts";
import { makeDelta } from "#main/node/delta/make-delta.ts";
import { sha256OfFile } from "#main/node/sha256-of-file.ts";

const [task, oldPath = "", newPath = "", deltaPath = "", outPath = ""] = process.argv.slice(2);

async function prepare(): Promise<() => Promise<void>> {
  if (task === "bare") return () => Promise.resolve();
  if (task === "apply") {
    const [old, fresh] = await Promise.all([stat(oldPath), stat(newPath)]);
    const [oldSha256, newSha256] = [await sha256OfFile(oldPath), await sha256OfFile(newPath)];
    const expected = { oldBytes: old.size, newBytes: fresh.size, oldSha256, newSha256 };
    return () => applyDelta({ deltaPath, oldPath, newPath: outPath, expected, signal: new AbortController().signal });
  }
  if (task !== "matches" && task !== "dictionary") throw new Error(`There is no task ${task}.`);
  const [old, fresh] = [await readFile(oldPath), await readFile(newPath)];
  return async () => writeFile(deltaPath, await makeDelta(old, fresh, task));
}

const work = await prepare();
const cpuBefore = process.cpuUsage();
const startedAt = performance.now();
await work();
const seconds = (performance.now() - startedAt) / 1000;
const { user, system } = process.cpuUsage(cpuBefore);
process.stdout.write(JSON.stringify({ seconds, cpuSeconds: (user + system) / 1e6, peakBytes: process.resourceUsage().maxRSS * 1024 }));
