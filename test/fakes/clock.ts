import type { Cancel, Clock } from "#main/control-plane/ports/clock.ts";

type Alarm = { readonly dueMs: number; readonly wake: () => void };

/** A clock that stands still until a test turns it. */
export type FakeClock = Clock & {
  /** Moves both clocks on and runs every alarm that comes due, in its order and at its moment. */
  advance(byMs: number): void;
  /** Changes the wall clock alone, as an operator or a time server does. */
  setWall(now: number): void;
  /** Moves both clocks on without running alarms, as a sleeping laptop does; they run at the next `advance`. */
  sleep(byMs: number): void;
  /** Alarms that wait. */
  readonly pending: number;
};

/** Makes a clock that shows 2026-11-21T00:00:00Z, or `startAt` (epoch milliseconds). */
export function fakeClock(startAt: number = Date.UTC(2026, 10, 21)): FakeClock {
  let wall = startAt;
  let monotonic = 0;
  const alarms = new Set<Alarm>();
  const nextDue = (until: number): Alarm | undefined =>
    [...alarms].filter((alarm) => alarm.dueMs <= until).sort((left, right) => left.dueMs - right.dueMs)[0];
  const turnTo = (moment: number): void => {
    wall += Math.max(0, moment - monotonic);
    monotonic = Math.max(monotonic, moment);
  };
  return {
    now: () => wall,
    monotonicMs: () => monotonic,
    after: (delayMs, wake): Cancel => {
      const alarm = { dueMs: monotonic + Math.max(0, delayMs), wake };
      alarms.add(alarm);
      return () => void alarms.delete(alarm);
    },
    advance: (byMs) => {
      const until = monotonic + byMs;
      for (let alarm = nextDue(until); alarm !== undefined; alarm = nextDue(until)) {
        alarms.delete(alarm);
        turnTo(alarm.dueMs);
        alarm.wake();
      }
      turnTo(until);
    },
    setWall: (now) => {
      wall = now;
    },
    sleep: (byMs) => {
      wall += byMs;
      monotonic += byMs;
    },
    get pending() {
      return alarms.size;
    },
  };
}
