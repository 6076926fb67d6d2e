import type { BenchEntry, Sample } from "../entry.ts";
import { LargeUpdate } from "../fleet/large-update.ts";

const SOURCE = "the issue of the agent";
const MEBIBYTE = 2 ** 20;

/** A line as offices have them; the agent has read what came over it. */
const LINE_BYTES_PER_SECOND = 40_000_000;

async function withUpdate(measure: (update: LargeUpdate) => Promise<Sample>, bytesPerSecond?: number): Promise<Sample> {
  const update = await LargeUpdate.prepare(bytesPerSecond);
  try {
    return await measure(update);
  } finally {
    await update.stop();
  }
}

const time: BenchEntry = {
  name: "update/large",
  about:
    "from the order to 120 MB that lie verified and flushed in their slot, by loopback; yardstick: curl | sha256sum, which writes nothing",
  unit: "s",
  budget: { of: "ratio", is: "at most", limit: 1.5, source: SOURCE },
  runs: 7,
  measure: () =>
    withUpdate(async (update) => {
      const yardstick = (await update.curl()).seconds;
      return { value: (await update.fetch()).seconds, yardstick };
    }),
};

const timeOnDisk: BenchEntry = {
  name: "update/large-on-disk",
  about: "the same; yardstick: curl -o FILE; sync FILE; sha256sum FILE, which ends with as much on the disk",
  unit: "s",
  budget: { of: "record" },
  runs: 7,
  measure: () =>
    withUpdate(async (update) => {
      const yardstick = (await update.curlToDisk()).seconds;
      return { value: (await update.fetch()).seconds, yardstick };
    }),
};

const processor: BenchEntry = {
  name: "update/large-cpu",
  about: "processor time of the agent for it, which other load hardly changes; yardstick: that of curl -o FILE; sync FILE; sha256sum FILE",
  unit: "s",
  budget: { of: "record" },
  runs: 5,
  measure: () =>
    withUpdate(async (update) => {
      const yardstick = (await update.curlToDisk()).cpuSeconds;
      return { value: (await update.fetch()).cpuSeconds, yardstick };
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
  about: "bytes that come a second time when the agent is killed in the flow, half-way through 120 MB at 40 MB/s",
  unit: "MiB",
  budget: { of: "value", is: "at most", limit: 1, source: SOURCE },
  runs: 5,
  measure: () =>
    withUpdate(async (update) => {
      const { stub, release, line } = update;
      if (line === undefined) throw new TypeError("It was asked for.");
      const before = line.passed;
      stub.desire(release);
      while (line.passed - before < release.sizeBytes / 2) await new Promise((settle) => setTimeout(settle, 1));
      // What has left the line, read by the agent or not.
      const came = line.passed - before;
      await update.killAgent();
      await stub.untilPhase("staged", release);
      const begins = stub.files.requests.filter(({ digest }) => digest === release.digest).map(({ range }) => range);
      const from = Number(/^bytes=(\d+)-$/.exec(begins.at(-1) ?? "")?.[1] ?? 0);
      return { value: (came - from) / MEBIBYTE };
    }, LINE_BYTES_PER_SECOND),
};

/** What an update to a large program takes, as long as it comes whole. */
export const LARGE_UPDATE_ENTRIES: readonly BenchEntry[] = [time, timeOnDisk, processor, memory, resume];
