import type { Clock } from "#main/control-plane/ports/clock.ts";

/** setTimeout fires at once beyond this delay. */
const LONGEST_TIMER_MS = 2_147_483_647;

/** The machine's clocks. Timers do not keep a process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  after: (delayMs, wake) => {
    const timer = setTimeout(wake, Math.min(Math.max(0, delayMs), LONGEST_TIMER_MS));
    timer.unref();
    return () => clearTimeout(timer);
  },
};
