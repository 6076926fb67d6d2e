import type { HookWait } from "#shared/domain/host/reported.ts";
import { backoffCeilingMs } from "#main/node/backoff.ts";
import type { Candidate } from "./journal.ts";

const RETRY = { baseMs: 2000, capMs: 600_000 };

/**
 * The wait after a hook has said "not now": growing with each time, half of it jitter, ten minutes at most.
 *
 * @param random a number in [0, 1).
 */
export function nextHookWait(before: HookWait | undefined, said: string, now: number, random: number): HookWait {
  const attempts = (before?.attempts ?? 0) + 1;
  const ceilingMs = backoffCeilingMs(RETRY, attempts);
  return { since: before?.since ?? now, attempts, retryAt: now + Math.round(ceilingMs / 2 + (ceilingMs / 2) * random), said };
}

/** In how many ms the hook is to be asked again; 0 when it is due. A clock that was set back must not make it wait for ever. */
export function hookDueInMs({ waiting }: Candidate, now: number): number {
  if (waiting === undefined) return 0;
  const restMs = waiting.retryAt - now;
  return restMs > RETRY.capMs ? 0 : Math.max(0, restMs);
}
