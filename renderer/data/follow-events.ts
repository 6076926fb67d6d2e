import type { LiveEvent } from "#shared/contract/system.ts";

/** What the follower needs from outside, so that it can be tested without a network or a clock. */
export type EventSource = {
  readonly open: (after: number | undefined, signal: AbortSignal) => Promise<AsyncIterable<LiveEvent>>;
  /** The stream is open. `resumed` is false when events may have been missed, so that everything must be read again. */
  readonly onOpen: (resumed: boolean) => void;
  readonly onEvent: (event: LiveEvent) => void;
  /** The stream ended or failed. True stops following for good (logged out). */
  readonly onLost: (thrown: unknown) => boolean;
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  /** A number in [0, 1) for jitter. */
  readonly random: () => number;
};

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 10_000;

/** How long to wait before attempt `attempt` (0-based): doubling, capped, with half of it jitter. */
export function retryWaitMs(attempt: number, random: number): number {
  const full = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(attempt, 10));
  return Math.round(full / 2 + (full / 2) * random);
}

/** Follows the live feed until `signal` aborts, resuming after the last sequence that was seen. */
export async function followEvents(source: EventSource, signal: AbortSignal): Promise<void> {
  let after: number | undefined;
  let attempt = 0;
  while (!signal.aborted) {
    try {
      const stream = await source.open(after, signal);
      source.onOpen(after !== undefined);
      attempt = 0;
      for await (const event of stream) {
        after = event.sequence;
        source.onEvent(event);
      }
      if (signal.aborted || source.onLost(undefined)) return;
    } catch (thrown) {
      if (signal.aborted || source.onLost(thrown)) return;
    }
    await source.wait(retryWaitMs(attempt, source.random()), signal);
    attempt += 1;
  }
}
