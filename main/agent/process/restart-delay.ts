import { backoffCeilingMs } from "#main/node/backoff.ts";

/** In probation a crash loop must show within seconds, so waits stay short. */
const PROBATION = { baseMs: 100, capMs: 500 };
const PROVEN = { baseMs: 500, capMs: 60_000 };

/** A process that lived this long starts its row of crashes anew. */
export const STABLE_AFTER_MS = 60_000;

/**
 * How long to wait before a crashed version is started again: growing with each crash in a row, half of it jitter, so
 * that the services of one host do not all come back in the same instant.
 *
 * @param random a number in [0, 1).
 */
export function restartDelayMs(crashesInARow: number, inProbation: boolean, random: number): number {
  const ceilingMs = backoffCeilingMs(inProbation ? PROBATION : PROVEN, crashesInARow - 1);
  return Math.round(ceilingMs / 2 + (ceilingMs / 2) * random);
}
