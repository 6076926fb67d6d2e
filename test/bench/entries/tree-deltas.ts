import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { forkDeltaProcess } from "#main/adapters/delta-process/fork-delta-process.ts";
import { runDeltaProcess } from "#main/adapters/delta-process/run-delta-process.ts";
import { quietLogger } from "#test/fakes/quiet-logger.ts";
import { TOOLS } from "../deltas/measurements.ts";
import { ESBUILD_PACKAGE, fetchArchives, TYPESCRIPT, type PackagePair, type PairFiles } from "../deltas/pairs.ts";
import type { BenchEntry, Sample } from "../entry.ts";
import { runFolder } from "../run-folder.ts";

const run = promisify(execFile);
const MOST_MEMORY_BYTES = 2_500_000_000;
const YARDSTICK = "zstd --patch-from -19";

/** The share of the archive, which a host would fetch without deltas, that the delta between what both hold is. */
function treeSize(pair: PackagePair): BenchEntry {
  const [older, newer] = pair.versions;
  return {
    name: `deltas/${pair.name}/tree`,
    about: `${pair.package} ${older} → ${newer} where hosts unpack the tar.gz; yardstick: ${YARDSTICK} of both archives as tar`,
    unit: "% of archive",
    budget: { of: "record" },
    runs: 1,
    measure: () => measure(pair),
  };
}

async function measure(pair: PackagePair): Promise<Sample> {
  const folder = join(runFolder(process.ppid), "trees");
  await mkdir(folder, { recursive: true });
  const files = await fetchArchives(pair, folder);
  const outPath = join(folder, `${pair.name}.rcdelta`);
  const task = { ...files, outPath, codec: "tree" as const, memoryBytes: MOST_MEMORY_BYTES };
  const order = { task, logger: quietLogger(), signal: AbortSignal.timeout(600_000), onProgress: () => undefined };
  const made = await runDeltaProcess(forkDeltaProcess, order);
  if (made.kind !== "made") throw new Error(`No delta was made: ${made.kind}.`);
  const { size } = await stat(files.newPath);
  const theirs = await theirBytes(files, folder);
  return { value: (100 * made.sizeBytes) / size, ...(theirs !== undefined && { yardstick: (100 * theirs) / size }) };
}

/** What the tool makes of both archives without their gzip; undefined when it is not installed. */
async function theirBytes({ oldPath, newPath }: PairFiles, folder: string): Promise<number | undefined> {
  const { program, args } = TOOLS[YARDSTICK];
  if (!existsSync(program)) return undefined;
  const plain = { oldPath: join(folder, "old.tar"), newPath: join(folder, "new.tar") };
  for (const [from, to] of [
    [oldPath, plain.oldPath],
    [newPath, plain.newPath],
  ] as const)
    await run("sh", ["-c", 'gzip -dc "$1" > "$2"', "sh", from, to]);
  const out = join(folder, "yardstick");
  await run(program, args(plain, out));
  const { size } = await stat(out);
  await rm(out);
  return size;
}

/** What deltas save where hosts unpack their releases, on published packages. */
export const TREE_DELTA_ENTRIES: readonly BenchEntry[] = [treeSize(TYPESCRIPT), treeSize(ESBUILD_PACKAGE)];
