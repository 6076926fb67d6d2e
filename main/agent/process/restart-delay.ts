import { backoffCeilingMs } from "#main/node/backoff.ts";

/** In probation a crash loop must show within seconds, so waits stay short. */
const PROBATION = { baseMs: 100, capMs: 500 };
const PROVEN_BASE_MS = 500;
const PROVEN_CAP_MS = 60_000;

/** A process that lived this long starts its row of crashes anew. */
export const STABLE_AFTER_MS = 60_000;

/**
 * How long to wait before a crashed version is started again: growing with each crash in a row, half of it jitter, so
 * that the services of one host do not all come back in the same instant.
 *
 * @param random a number in [0, 1).
 * @param maxDelayMs the longest wait after probation, as its release has it.
 */
export function restartDelayMs(crashesInARow: number, inProbation: boolean, random: number, maxDelayMs = PROVEN_CAP_MS): number {
  const policy = inProbation ? PROBATION : { baseMs: PROVEN_BASE_MS, capMs: maxDelayMs };
  const ceilingMs = backoffCeilingMs(policy, crashesInARow - 1);
  return Math.round(ceilingMs / 2 + (ceilingMs / 2) * random);
}
