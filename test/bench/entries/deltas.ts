import { bareProcess, PairMeasurements, TOOLS, type ToolName } from "../deltas/measurements.ts";
import { BIOME, ESBUILD, NODE, type DeltaPair } from "../deltas/pairs.ts";
import type { BenchEntry, Budget } from "../entry.ts";

const SOURCE = "the issue of deltas";
const MEBIBYTE = 2 ** 20;

const atMost = (limit: number, of: "value" | "ratio" = "value"): Budget => ({ of, is: "at most", limit, source: SOURCE });

/** The share of the new file that a delta is, beside one tool. */
function size(pair: DeltaPair, tool: ToolName, budget: Budget): BenchEntry {
  const found = new PairMeasurements(pair);
  return {
    name: `deltas/${pair.name}/${tool.replaceAll(/\W+/g, "-")}`,
    about: `${pair.package} ${pair.versions.join(" → ")} by approximate matches; yardstick: ${tool}`,
    unit: "% of new",
    budget,
    runs: 1,
    measure: async () => {
      const yardstick = (await found.theirs(tool))?.percent;
      return { value: (await found.ours("matches")).percent, ...(yardstick !== undefined && { yardstick }) };
    },
  };
}

function sizes(pair: DeltaPair, budget: Budget): readonly BenchEntry[] {
  // Why the cast: the keys of a constant table are its names.
  return (Object.keys(TOOLS) as ToolName[]).map((tool) =>
    size(pair, tool, tool === "bsdiff" || budget.of === "value" ? budget : { of: "record" }),
  );
}

const node = new PairMeasurements(NODE);

const makeTime: BenchEntry = {
  name: "deltas/node/make",
  about: "making the delta of a program of 126 MB by approximate matches; yardstick: bsdiff",
  unit: "s",
  budget: atMost(90),
  runs: 1,
  measure: async () => {
    const yardstick = (await node.theirs("bsdiff"))?.seconds;
    return { value: (await node.ours("matches")).seconds, ...(yardstick !== undefined && { yardstick }) };
  },
};

const makeMemory: BenchEntry = {
  name: "deltas/node/make-memory",
  about: "the most memory that the process which makes it has",
  unit: "MB",
  budget: atMost(2100),
  runs: 1,
  measure: async () => ({ value: (await node.ours("matches")).peakBytes / 1e6 }),
};

const dictionaryTime: BenchEntry = {
  name: "deltas/node/dictionary",
  about: "making it with the old file as a dictionary; yardstick: zstd --patch-from -19",
  unit: "s",
  budget: atMost(6),
  runs: 1,
  measure: async () => {
    const yardstick = (await node.theirs("zstd --patch-from -19"))?.seconds;
    return { value: (await node.ours("dictionary")).seconds, ...(yardstick !== undefined && { yardstick }) };
  },
};

const dictionarySize: BenchEntry = {
  name: "deltas/node/dictionary-size",
  about: "the delta with the old file as a dictionary; yardstick: zstd --patch-from -19",
  unit: "% of new",
  budget: { of: "record" },
  runs: 1,
  measure: async () => {
    const yardstick = (await node.theirs("zstd --patch-from -19"))?.percent;
    return { value: (await node.ours("dictionary")).percent, ...(yardstick !== undefined && { yardstick }) };
  },
};

const applyTime: BenchEntry = {
  name: "deltas/node/apply",
  about: "applying the delta of 126 MB, verified and flushed to the disk; yardstick: bspatch, which does neither",
  unit: "s",
  budget: atMost(0.6),
  runs: 5,
  measure: async () => {
    const yardstick = (await node.bspatch())?.seconds;
    return { value: (await node.apply("matches")).seconds, ...(yardstick !== undefined && { yardstick }) };
  },
};

const applyProcessor: BenchEntry = {
  name: "deltas/node/apply-cpu",
  about: "processor time of applying it, which other load hardly changes; yardstick: that of bspatch",
  unit: "s",
  budget: { of: "record" },
  runs: 5,
  measure: async () => {
    const yardstick = (await node.bspatch())?.cpuSeconds;
    return { value: (await node.apply("matches")).cpuSeconds, ...(yardstick !== undefined && { yardstick }) };
  },
};

const applyMemory: BenchEntry = {
  name: "deltas/node/apply-memory",
  about: "the most memory of a process that applies it, less that of one that loads the same and applies nothing",
  unit: "MiB",
  budget: atMost(96),
  runs: 5,
  measure: async () => ({ value: ((await node.apply("matches")).peakBytes - (await bareProcess()).peakBytes) / MEBIBYTE }),
};

/** What deltas cost and save, on published programs. */
export const DELTA_ENTRIES: readonly BenchEntry[] = [
  ...sizes(ESBUILD, atMost(4.3)),
  ...sizes(NODE, atMost(2.3)),
  ...sizes(BIOME, atMost(1, "ratio")),
  makeTime,
  makeMemory,
  dictionaryTime,
  dictionarySize,
  applyTime,
  applyProcessor,
  applyMemory,
];
