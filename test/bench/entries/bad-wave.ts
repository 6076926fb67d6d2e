import type { BenchEntry, Budget, Sample } from "../entry.ts";
import { BAD_WAVE_GROUPS, badWaveRun, type BadWaveRun } from "../fleet/bad-wave-run.ts";

const SOURCE = "the issue of the agent: a bad release at wave 1 of 50 real agents is contained, reverted and told";
const HOSTS = BAD_WAVE_GROUPS.canary + BAD_WAVE_GROUPS.everyone;

const atMost = (limit: number, of: "value" | "ratio" = "value"): Budget => ({ of, is: "at most", limit, source: SOURCE });

function look(name: string, about: string, unit: string, budget: Budget, read: (run: BadWaveRun) => Sample): BenchEntry {
  return { name: `bad-wave/${name}`, about, unit, budget, runs: 1, measure: async () => read(await badWaveRun()) };
}

const seconds = (ms: number): number => ms / 1000;

/** Fifty real agents under a real control plane, and a release that crashes in its probation at the first wave. */
export const BAD_WAVE_ENTRIES: readonly BenchEntry[] = [
  look(
    "halted",
    `${HOSTS} real agents, a release that crashes on wave 1: start of the rollout to its halt; yardstick: three bare lives of the release`,
    "s",
    atMost(10),
    ({ haltedAfterMs, bareLivesMs }) => ({ value: seconds(haltedAfterMs), yardstick: seconds(bareLivesMs) }),
  ),
  look(
    "reverted",
    "start of the rollout until all of the wave answer with the old version; yardstick: the bare lives and a bare start of the old one",
    "s",
    atMost(12),
    ({ revertedAfterMs, bareLivesMs, bareStartMs }) => ({ value: seconds(revertedAfterMs), yardstick: seconds(bareLivesMs + bareStartMs) }),
  ),
  look("ran", "hosts that ever started the bad release; yardstick: hosts of the wave", "hosts", atMost(1, "ratio"), ({ ran, wave }) => ({
    value: ran,
    yardstick: wave,
  })),
  look("ran-outside", "hosts behind the wave that ever started it", "hosts", atMost(0), ({ outsideRan }) => ({ value: outsideRan })),
  look(
    "outside-failed",
    "failed requests on the hosts behind the wave, one client each, from the publication to the last revert",
    "requests",
    atMost(0),
    ({ outside, quiet }) => {
      process.stderr.write(`  ${outside.requests} requests, ${outside.failed} failed; ${quiet.requests} before, ${quiet.failed} failed\n`);
      return { value: outside.failed };
    },
  ),
  look(
    "outside-p99",
    "99th percentile of the answer time there meanwhile; yardstick: before the release",
    "ms",
    { of: "record" },
    ({ outside, quiet }) => ({ value: outside.p99Ms, yardstick: quiet.p99Ms }),
  ),
  look(
    "untold",
    "places that should tell it and do not, of rollout, its page's causes, audit and first screen",
    "places",
    atMost(0),
    ({ untold }) => {
      for (const place of untold) process.stderr.write(`  not so: ${place}\n`);
      return { value: untold.length };
    },
  ),
];
