import { describe, expect, it } from "vitest";
import { addLock, holdingLock, liveLocks, NO_LOCKS, noteHeld, removeLock } from "#main/agent/ipc/update-lock.ts";
import { releaseId } from "#shared/lib/ids.ts";

const NOW = 1_800_000_000_000;
const HOUR = 3_600_000;
const STAGED = { releaseId: releaseId.parse("5f4c1c62-5a0b-4a0e-9a57-0c4d8a1c2b01"), digest: "a".repeat(64) };
const OTHER = { ...STAGED, digest: "b".repeat(64) };
const lock = (lockId: string, forMs: number) => ({ lockId, reason: `job ${lockId}`, forMs });

describe("an update lock", () => {
  it("holds until its end, an hour at most, or until it is given back", () => {
    const state = addLock(NO_LOCKS, lock("1", 5 * HOUR), NOW);
    expect(holdingLock(state, STAGED, NOW + HOUR - 1)?.lockId).toBe("1");
    expect(holdingLock(state, STAGED, NOW + HOUR)).toBeUndefined();
    expect(holdingLock(removeLock(state, "1"), STAGED, NOW)).toBeUndefined();
  });

  it("is one of several, of which the last to end counts", () => {
    const state = addLock(addLock(NO_LOCKS, lock("long", HOUR), NOW), lock("short", 1000), NOW);
    expect(holdingLock(state, STAGED, NOW)?.lockId).toBe("long");
    expect(liveLocks(state, NOW + 2000).map((one) => one.lockId)).toEqual(["long"]);
  });

  it("holds the same release for a day and no longer, however often it is taken anew", () => {
    let state = NO_LOCKS;
    let heldMs = 0;
    for (let at = NOW; at < NOW + 48 * HOUR; at += HOUR / 2) {
      state = addLock(state, lock("again", HOUR), at);
      if (holdingLock(state, STAGED, at) === undefined) break;
      state = noteHeld(state, STAGED, at);
      heldMs = at - NOW;
    }
    expect(heldMs).toBe(23.5 * HOUR);
    const after = NOW + 24 * HOUR;
    expect(holdingLock(state, STAGED, after)).toBeUndefined();
    // The next release is another question.
    expect(holdingLock(state, OTHER, after)?.lockId).toBe("again");
  });

  it("holds nothing once the clock was moved, forwards or back", () => {
    const state = noteHeld(addLock(NO_LOCKS, lock("1", HOUR), NOW), STAGED, NOW);
    const tenYears = 10 * 365 * 24 * HOUR;
    expect(holdingLock(state, STAGED, NOW + tenYears)).toBeUndefined();
    expect(holdingLock(state, STAGED, NOW - tenYears)).toBeUndefined();
    expect(liveLocks(state, NOW - tenYears)).toEqual([]);
  });
});
