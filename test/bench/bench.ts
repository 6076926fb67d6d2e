/**
 * `npm run bench -- [NAME…] [--json FILE] [--list]`: measures every entry, or those whose names begin with a NAME, each
 * in a process of its own so that no entry inherits the heap of another. Prints one table and writes the same as JSON, to
 * bench-results/latest.json unless told. Exit code 1 when a budget is not kept, and only then; 2 when something could not
 * be measured, which keeps nothing else from being measured and reported.
 */
import { fork } from "node:child_process";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { availableParallelism, cpus, loadavg, totalmem } from "node:os";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { z } from "zod";
import { ENTRIES } from "./catalogue.ts";
import type { BenchEntry, BenchResult, Sample } from "./entry.ts";
import { runFolder } from "./run-folder.ts";
import { exitCode, summarize } from "./summarize.ts";
import { formatTable } from "./table.ts";

const samplesMessage = z.array(z.object({ value: z.number(), yardstick: z.number().optional() }).readonly());

async function measure(entry: BenchEntry): Promise<readonly Sample[]> {
  const child = fork(join(import.meta.dirname, "run-entry.ts"), [entry.name], { execArgv: ["--expose-gc"] });
  const answer = await new Promise<unknown>((settle, fail) => {
    child.once("message", settle);
    child.once("error", fail);
    child.once("exit", (code, signal) => {
      fail(new Error(`${entry.name} ended with ${signal ?? code} before it had an answer.`));
    });
  });
  return samplesMessage.parse(answer).map(({ value, yardstick }) => (yardstick === undefined ? { value } : { value, yardstick }));
}

async function report(results: readonly BenchResult[], unmeasured: readonly string[], file: string): Promise<void> {
  console.log(`\n${formatTable(results)}`);
  if (unmeasured.length > 0) console.log(`\nnot measured: ${unmeasured.join(", ")}`);
  const [load = 0] = loadavg();
  if (load > availableParallelism())
    console.log(`\nload ${load.toFixed(1)} on ${availableParallelism()} cores: times by the clock were not those of this program alone.`);
  const machine = {
    cpu: cpus()[0]?.model ?? "unknown",
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    load,
    node: process.version,
  };
  await mkdir(dirname(resolve(file)), { recursive: true });
  await writeFile(file, `${JSON.stringify({ at: new Date().toISOString(), machine, results, unmeasured }, null, 2)}\n`);
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: "string", default: "bench-results/latest.json" }, list: { type: "boolean" } },
});
const chosen = ENTRIES.filter(({ name }) => positionals.length === 0 || positionals.some((wanted) => name.startsWith(wanted)));
if (values.list === true) {
  for (const { name, about } of ENTRIES) console.log(`${name.padEnd(32)} ${about}`);
} else if (chosen.length === 0) {
  console.error(`No entry begins with ${positionals.join(" or ")}; nothing was measured. See --list.`);
  process.exitCode = 2;
} else {
  const results: BenchResult[] = [];
  const unmeasured: string[] = [];
  for (const entry of chosen) {
    process.stderr.write(`measuring ${entry.name} (${entry.runs} runs): ${entry.about}\n`);
    try {
      results.push(summarize(entry, await measure(entry)));
    } catch (failure) {
      unmeasured.push(entry.name);
      console.error(failure);
    }
  }
  await rm(runFolder(process.pid), { recursive: true, force: true });
  await report(results, unmeasured, values.json);
  process.exitCode = exitCode(results, unmeasured);
}
