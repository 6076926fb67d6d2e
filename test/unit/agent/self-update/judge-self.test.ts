import { describe, expect, it } from "vitest";
import { judgeSelf } from "#main/agent/self-update/judge-self.ts";

const LIMITS = { startDeadlineMs: 60_000, probationMs: 30_000 };

describe("an agent in its probation", () => {
  it("waits to be heard until its start deadline, however long its probation is", () => {
    expect(judgeSelf({ startedAtMs: 1000, lastHeardMs: undefined }, LIMITS, 60_999)).toEqual({ verdict: "pending", againInMs: 1 });
  });

  it("fails when its control plane has not been heard by then", () => {
    expect(judgeSelf({ startedAtMs: 1000, lastHeardMs: undefined }, LIMITS, 61_000)).toEqual({
      verdict: "failed",
      failure: { cause: "start-deadline", message: "The new agent did not reach its control plane within 1 m." },
    });
  });

  it("serves its whole probation once it was heard", () => {
    expect(judgeSelf({ startedAtMs: 1000, lastHeardMs: 2000 }, LIMITS, 30_999)).toEqual({ verdict: "pending", againInMs: 1 });
    expect(judgeSelf({ startedAtMs: 1000, lastHeardMs: 2000 }, LIMITS, 31_000)).toEqual({ verdict: "passed" });
  });

  it("is not taken back because its control plane is lost after that", () => {
    expect(judgeSelf({ startedAtMs: 1000, lastHeardMs: 2000 }, LIMITS, 600_000)).toEqual({ verdict: "passed" });
  });
});
