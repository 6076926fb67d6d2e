import { describe, expect, it } from "vitest";
import { IdleWatch } from "#main/adapters/github-releases/idle-watch.ts";
import { fakeClock } from "#test/fakes/clock.ts";

describe("a watch over a request", () => {
  it("ends it when nothing moved for its time, counted from what moved last", () => {
    const clock = fakeClock();
    const watch = new IdleWatch(clock, 1000);
    clock.advance(900);
    watch.touch();
    clock.advance(900);
    expect(watch.signal.aborted).toBe(false);
    clock.advance(200);
    expect(watch.signal.reason).toMatchObject({ code: "REMOTE_TIMEOUT" });
  });

  it("does not count while whoever takes the bytes is busy, nor after it was stopped", () => {
    const clock = fakeClock();
    const watch = new IdleWatch(clock, 1000);
    watch.hold(true);
    clock.advance(60_000);
    watch.hold(false);
    clock.advance(900);
    expect(watch.signal.aborted).toBe(false);
    watch.stop();
    clock.advance(60_000);
    expect(watch.signal.aborted).toBe(false);
    expect(clock.pending).toBe(0);
  });
});
