import { describe, expect, it } from "vitest";
import { FailureLimit } from "#main/server/http/failure-limit.ts";

const fail = () => Promise.reject(new Error("wrong"));

describe("the limit of failures", () => {
  it("counts failures per address and lets it try again after the window", async () => {
    let nowMs = 0;
    const limit = new FailureLimit({ failures: 2, windowMs: 1000 }, () => nowMs);
    for (let attempt = 0; attempt < 2; attempt += 1) await expect(limit.guard("a", fail)).rejects.toThrow("wrong");
    await expect(limit.guard("a", fail)).rejects.toMatchObject({ code: "RATE_LIMITED", details: { retryAfterMs: 1000 } });
    await expect(limit.guard("b", fail)).rejects.toThrow("wrong");
    nowMs = 1001;
    await expect(limit.guard("a", fail)).rejects.toThrow("wrong");
  });

  it("never counts what succeeds", async () => {
    const limit = new FailureLimit({ failures: 1, windowMs: 1000 }, () => 0);
    for (let attempt = 0; attempt < 5; attempt += 1) expect(await limit.guard("a", () => Promise.resolve(attempt))).toBe(attempt);
  });
});
