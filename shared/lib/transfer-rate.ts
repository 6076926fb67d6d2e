/** How far a transfer was at a moment, epoch ms: what rate and remaining time are told from. */
export type TransferSample = { readonly at: number; readonly bytes: number };

/** Samples older than this say nothing about now, in milliseconds. */
const WINDOW_MS = 6000;

/** No more often than this is a sample kept, in milliseconds. */
const STEP_MS = 250;

/** Adds what was seen at `at`; samples that are too close together or too old are left out. */
export function addSample(samples: readonly TransferSample[], sample: TransferSample): readonly TransferSample[] {
  const last = samples.at(-1);
  if (last !== undefined && sample.at - last.at < STEP_MS) return samples;
  return [...samples.filter((one) => sample.at - one.at <= WINDOW_MS), sample];
}

/** Bytes a second over the last seconds, or undefined while there is too little to tell. */
export function rateOf(samples: readonly TransferSample[]): number | undefined {
  const first = samples[0];
  const last = samples.at(-1);
  if (first === undefined || last === undefined || last.at - first.at < STEP_MS) return undefined;
  return Math.max(0, ((last.bytes - first.bytes) * 1000) / (last.at - first.at));
}

/** Milliseconds until all of `sizeBytes` are there at the present rate; undefined when nothing moves or nobody can tell. */
export function remainingMs(samples: readonly TransferSample[], sizeBytes: number | undefined): number | undefined {
  const rate = rateOf(samples);
  const last = samples.at(-1);
  if (rate === undefined || rate === 0 || last === undefined || sizeBytes === undefined) return undefined;
  return Math.max(0, ((sizeBytes - last.bytes) * 1000) / rate);
}
