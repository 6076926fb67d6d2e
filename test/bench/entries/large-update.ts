import type { BenchEntry, Sample } from "../entry.ts";
import { LargeUpdate } from "../fleet/large-update.ts";

const SOURCE = "the issue of the agent";
const MEBIBYTE = 2 ** 20;

async function withUpdate(measure: (update: LargeUpdate) => Promise<Sample>): Promise<Sample> {
  const update = await LargeUpdate.prepare();
  try {
    return await measure(update);
  } finally {
    await update.stop();
  }
}

const time: BenchEntry = {
  name: "update/large",
  about: "from the order to 120 MB that lie verified and flushed in their slot, by loopback; yardstick: curl | sha256sum",
  unit: "s",
  budget: { of: "ratio", is: "at most", limit: 1.5, source: SOURCE },
  runs: 5,
  measure: () =>
    withUpdate(async (update) => {
      const yardstick = await update.curl();
      return { value: await update.fetch(), yardstick };
    }),
};

const memory: BenchEntry = {
  name: "update/large-memory",
  about: "the most memory of the agent while it fetches and verifies 120 MB, less what it had before",
  unit: "MiB",
  budget: { of: "value", is: "at most", limit: 32, source: SOURCE },
  runs: 3,
  measure: () =>
    withUpdate(async (update) => {
      const { now } = await update.memory();
      await update.fetch();
      return { value: ((await update.memory()).most - now) / MEBIBYTE };
    }),
};

const resume: BenchEntry = {
  name: "update/resume",
  about: "bytes that are asked for a second time when the agent is killed with half of 120 MB delivered",
  unit: "MiB",
  budget: { of: "value", is: "at most", limit: 1, source: SOURCE },
  runs: 3,
  measure: () =>
    withUpdate(async (update) => {
      const { stub, release } = update;
      const half = Math.floor(release.sizeBytes / 2);
      stub.files.faults.hold = new Promise(() => undefined);
      stub.desire(release);
      while ((await update.arrivedBytes()) < half) await new Promise((settle) => setTimeout(settle, 20));
      stub.files.faults.hold = undefined;
      await update.killAgent();
      await stub.untilPhase("staged", release);
      const begins = stub.files.requests.filter(({ digest }) => digest === release.digest).map(({ range }) => range);
      const from = Number(/^bytes=(\d+)-$/.exec(begins.at(-1) ?? "")?.[1] ?? 0);
      return { value: (half - from) / MEBIBYTE };
    }),
};

/** What an update to a large program takes, as long as it comes whole. */
export const LARGE_UPDATE_ENTRIES: readonly BenchEntry[] = [time, memory, resume];
