import { rm } from "node:fs/promises";
import { startLoad, type LoadKind, type LoadTally } from "#main/demo/steady-load.ts";
import type { BenchEntry } from "../entry.ts";
import { prepareSample, type SampleName } from "../swap/sample-programs.ts";
import { startSwapWorld, type SwapWorld } from "../swap/swap-world.ts";

const SWAPS = 5;
const CLIENTS = 16;
/** As long as five changes take, roughly. */
const QUIET_MS = 10_000;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function underLoad(world: SwapWorld, kind: LoadKind, work: () => Promise<void>): Promise<LoadTally> {
  const load = startLoad(world.port, kind, CLIENTS);
  await work();
  return load.stop();
}

async function withSample<T>(sample: SampleName, work: (world: SwapWorld) => Promise<T>): Promise<T> {
  const { folder, program } = await prepareSample(sample);
  const world = await startSwapWorld(program);
  try {
    return await work(world);
  } finally {
    await world.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function fiveSwaps(world: SwapWorld): Promise<void> {
  for (let swap = 0; swap < SWAPS; swap += 1) await world.swap();
}

function p99(tally: LoadTally): number {
  return tally.latenciesMs.toSorted((left, right) => left - right)[Math.floor(tally.latenciesMs.length * 0.99)] ?? 0;
}

const LOADS: Readonly<Record<LoadKind, string>> = { close: "a new connection for each request", "keep-alive": "connections that are kept" };
const ABOUT: Readonly<Record<SampleName, string>> = {
  node: "Node with the drain library",
  python: "the Python sample",
  c: "the C sample",
  stock: "Node's own server.close(), which shuts down as Go's does",
};

function failedRequests(sample: SampleName, kind: LoadKind): Promise<number> {
  return withSample(sample, async (world) => {
    const tally = await underLoad(world, kind, () => fiveSwaps(world));
    process.stderr.write(
      `  ${sample}: ${tally.requests} requests, ${tally.failed} failed${tally.failures[0] ? `: ${tally.failures[0]}` : ""}\n`,
    );
    return tally.failed;
  });
}

/**
 * Failed requests while five versions take over from one another, each when the one before has ended. New connections fail
 * with nobody, so that only kept ones have a yardstick: the stock shutdown.
 */
function failures(sample: SampleName, kind: LoadKind): BenchEntry {
  const isCompared = sample !== "stock" && kind === "keep-alive";
  return {
    name: `swap/${sample}-${kind}`,
    about: `failed requests in ${SWAPS} changes of versions of ${ABOUT[sample]}, ${CLIENTS} clients with ${LOADS[kind]}${isCompared ? "; yardstick: a stock shutdown" : ""}`,
    unit: "requests",
    budget:
      sample === "stock"
        ? { of: "record" }
        : { of: "value", is: "at most", limit: 0, source: "design.md 11: swap of an app with held sockets under load" },
    runs: 1,
    measure: async () => {
      const value = await failedRequests(sample, kind);
      return isCompared ? { value, yardstick: await failedRequests("stock", kind) } : { value };
    },
  };
}

function latency(sample: SampleName): BenchEntry {
  return {
    name: `swap/${sample}-p99`,
    about: `99th percentile of the answer time in ${SWAPS} changes of versions of ${ABOUT[sample]}, kept connections; yardstick: no change`,
    unit: "ms",
    budget: { of: "record" },
    runs: 1,
    measure: () =>
      withSample(sample, async (world) => {
        const yardstick = p99(await underLoad(world, "keep-alive", () => pause(QUIET_MS)));
        return { value: p99(await underLoad(world, "keep-alive", () => fiveSwaps(world))), yardstick };
      }),
  };
}

/** Changes of versions with held sockets, under load. */
export const SWAP_ENTRIES: readonly BenchEntry[] = [
  failures("node", "close"),
  failures("node", "keep-alive"),
  failures("python", "close"),
  failures("python", "keep-alive"),
  failures("c", "close"),
  failures("c", "keep-alive"),
  failures("stock", "keep-alive"),
  latency("node"),
  latency("python"),
  latency("c"),
];
