import { describe, expect, it } from "vitest";
import { decideRetry, PUBLICATION_RETRY } from "#shared/domain/publication/retry-decision.ts";

const failure = { retryable: true, retryAfterMs: undefined, failures: 0, random: 0.999_999 };
const waits = (failures: number, random = failure.random) => decideRetry({ ...failure, failures, random }, PUBLICATION_RETRY);

describe("a step that failed", () => {
  it("is tried again later and later, up to five minutes", () => {
    const delays = [0, 1, 2, 3, 9, 10].map((failures) => {
      const decision = waits(failures);
      return decision.kind === "retry" ? Math.round(decision.delayMs / 1000) : decision.kind;
    });
    expect(delays).toEqual([1, 2, 4, 8, 300, 300]);
  });

  it("is tried again at a moment of its own, at least half of the wait away", () => {
    expect(waits(3, 0)).toEqual({ kind: "retry", delayMs: 4000, failures: 4 });
    expect(waits(3, 0.5)).toEqual({ kind: "retry", delayMs: 6000, failures: 4 });
  });

  it("waits at least as long as the store asks", () => {
    expect(decideRetry({ ...failure, retryAfterMs: 90_000 }, PUBLICATION_RETRY)).toMatchObject({ delayMs: 90_000 });
    expect(decideRetry({ ...failure, retryAfterMs: 1 }, PUBLICATION_RETRY)).toMatchObject({ delayMs: 999 });
  });

  it("stands after a dozen failures without progress, and at once when trying again cannot help", () => {
    expect(waits(10)).toMatchObject({ kind: "retry" });
    expect(waits(11)).toEqual({ kind: "fail" });
    expect(decideRetry({ ...failure, retryable: false }, PUBLICATION_RETRY)).toEqual({ kind: "fail" });
  });
});
