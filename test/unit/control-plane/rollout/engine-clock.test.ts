import { describe, expect, it } from "vitest";
import { EngineClock } from "#main/control-plane/rollout/engine-clock.ts";
import { fakeClock } from "#test/fakes/clock.ts";

const HOUR_MS = 3_600_000;

function start() {
  const clock = fakeClock();
  const engineClock = new EngineClock(clock, () => 60_000);
  engineClock.start();
  return { clock, engineClock, startedAt: clock.now() };
}

describe("the clock of the engine", () => {
  it("has run since its start while it beats", () => {
    const { clock, engineClock, startedAt } = start();
    clock.advance(HOUR_MS);
    expect(engineClock.at(clock.now())).toEqual({ now: clock.now(), runningSince: startedAt, freshMs: 60_000 });
  });

  it("has run since its waking after a sleep, also when a report comes before the next beat", () => {
    const { clock, engineClock } = start();
    clock.advance(HOUR_MS);
    clock.sleep(HOUR_MS);
    expect(engineClock.at(clock.now()).runningSince).toBe(clock.now());
    const wokenAt = clock.now();
    clock.advance(HOUR_MS);
    expect(engineClock.at(clock.now()).runningSince).toBe(wokenAt);
  });

  it("trusts nothing from before when somebody sets the wall clock", () => {
    const { clock, engineClock } = start();
    clock.advance(HOUR_MS);
    clock.setWall(clock.now() - 2 * HOUR_MS);
    expect(engineClock.at(clock.now()).runningSince).toBe(clock.now());
  });
});
