import { setTimeout as sleep } from "node:timers/promises";
import type { HostFailure } from "#shared/domain/host/reported.ts";
import { AppError, toAppError } from "#shared/errors/app-error.ts";
import { backoffDelayMs } from "#main/node/backoff.ts";
import type { PreparationEnd } from "../update/next-step.ts";
import { isFinal, toFailure } from "../update/preparation-failure.ts";

/** Whose tries these are, and what ends them early. */
export type Persistence = {
  readonly signal: AbortSignal;
  /** Whether another request may begin now. */
  readonly mayBegin: () => boolean;
  readonly random: () => number;
};

const RETRY = { baseMs: 250, capMs: 10_000 };
/** Answers in a row that come too slowly: whoever holds this host back that way is told of, not waited for. */
const MAX_SLOW_ANSWERS = 3;
/** Tries in a row that bring nothing. With the waits between them, a little under a minute. */
const MAX_IDLE_TRIES = 10;
const LEASE_OVER: HostFailure = {
  cause: "lease",
  message: "The permission ended before the release was here; what arrived is kept and nothing was changed.",
};

/** Whether an answer came too slowly to be waited for. */
export function isSlow(thrown: unknown): boolean {
  return toAppError(thrown).code === "REMOTE_TOO_SLOW";
}

/**
 * Tries until it is done, fails for good, is not allowed to begin again, or brought nothing for too long.
 *
 * @param attempt "done", whether there was progress, or throws.
 * @returns undefined when it is done.
 */
export async function persist(
  { signal, mayBegin, random }: Persistence,
  cause: HostFailure["cause"],
  attempt: () => Promise<"done" | boolean>,
): Promise<PreparationEnd | undefined> {
  let last: unknown;
  let slow = 0;
  for (let idle = 0; idle < MAX_IDLE_TRIES && !signal.aborted; idle += 1) {
    if (!mayBegin()) return { kind: "stopped", failure: LEASE_OVER };
    try {
      const result = await attempt();
      if (result === "done") return undefined;
      if (result) idle = 0;
    } catch (thrown) {
      slow = isSlow(thrown) ? slow + 1 : 0;
      if (isFinal(thrown) || slow >= MAX_SLOW_ANSWERS) return toFailure(thrown, cause);
      last = thrown;
    }
    await sleep(backoffDelayMs(RETRY, idle, random()), undefined, { signal }).catch(() => undefined);
  }
  return toFailure(
    last ?? new AppError("REMOTE_UNREACHABLE", "The control plane ended every answer early; the release did not arrive."),
    cause,
  );
}
