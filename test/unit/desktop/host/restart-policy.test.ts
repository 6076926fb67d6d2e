import { describe, expect, it } from "vitest";
import { CRASH_WINDOW_MS, decideRestart, MAX_CRASHES } from "#main/desktop/host/restart-policy.ts";

describe("the restart of a crashed control plane", () => {
  it("comes at once after a first crash, and later after each further one", () => {
    const delays = [1, 2, 3, 4, 5].map((count) =>
      decideRestart(
        Array.from({ length: count }, () => 1000),
        1000,
      ),
    );
    expect(delays).toEqual([250, 500, 1000, 2000, 4000].map((afterMs, index) => ({ kind: "restart", afterMs, attempt: index + 1 })));
  });

  it("is given up after too many crashes in a short time", () => {
    const crashes = Array.from({ length: MAX_CRASHES }, (_, index) => index * 1000);
    expect(decideRestart(crashes, 6000)).toEqual({ kind: "giveUp", crashes: MAX_CRASHES });
  });

  it("forgets crashes of long ago", () => {
    const old = Array.from({ length: 20 }, (_, index) => index);
    expect(decideRestart([...old, CRASH_WINDOW_MS + 20], CRASH_WINDOW_MS + 20)).toEqual({ kind: "restart", afterMs: 250, attempt: 1 });
  });
});
