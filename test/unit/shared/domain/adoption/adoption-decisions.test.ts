import { describe, expect, it } from "vitest";
import type { AdoptedRelease } from "#shared/domain/adoption/adoption.ts";
import { hasArrived } from "#shared/domain/adoption/has-arrived.ts";
import { nextRelease } from "#shared/domain/adoption/next-release.ts";
import { summarizeAdoption } from "#shared/domain/adoption/summarize-adoption.ts";

const at = (state: AdoptedRelease["state"], retryAt?: number) => ({ state, retryAt });

describe("the next release of an adoption", () => {
  it("is the first that is pending, in their order", () => {
    expect(nextRelease([at("done"), at("pending"), at("pending")], 5)).toEqual({ kind: "adopt", ordinal: 1 });
  });

  it("is first the one that a kill cut", () => {
    expect(nextRelease([at("pending"), at("running")], 5)).toEqual({ kind: "adopt", ordinal: 1 });
  });

  it("is not one that waits for its next try, until that time has come", () => {
    expect(nextRelease([at("pending", 9), at("pending")], 5)).toEqual({ kind: "adopt", ordinal: 1 });
    expect(nextRelease([at("pending", 9), at("pending", 7), at("failed")], 5)).toEqual({ kind: "wait", until: 7 });
    expect(nextRelease([at("pending", 9), at("pending", 7)], 7)).toEqual({ kind: "adopt", ordinal: 1 });
  });

  it("is none once every one has ended, which one failure makes a failure", () => {
    expect(nextRelease([at("done"), at("done")], 5)).toEqual({ kind: "ended", state: "completed" });
    expect(nextRelease([at("failed"), at("done")], 5)).toEqual({ kind: "ended", state: "failed" });
  });
});

describe("what came of an adoption", () => {
  it("says what is here, and what is not", () => {
    expect(summarizeAdoption([at("done")])).toBe("It is here as a draft.");
    expect(summarizeAdoption([at("done"), at("done")])).toBe("All 2 are here as drafts.");
    expect(summarizeAdoption([at("failed")])).toBe("No draft was made of it.");
    expect(summarizeAdoption([at("failed"), at("pending")])).toBe("2 of 2 were not adopted.");
    expect(summarizeAdoption([at("failed"), at("done"), at("done")])).toBe("1 of 3 were not adopted. 2 are here as drafts and stay.");
  });
});

describe("a file that an earlier try fetched", () => {
  const digests = { sha256: "a".repeat(64), sha1: "b".repeat(40), sha512: "c".repeat(128) };

  it("is taken as it is when the store has the same bytes still", () => {
    expect(hasArrived({ state: "ready", digests }, { sha256: digests.sha256 })).toBe(true);
    expect(hasArrived({ state: "ready", digests }, { sha256: "d".repeat(64) })).toBe(false);
  });

  it("is fetched again when the store tells no digest, or when it did not arrive whole", () => {
    expect(hasArrived({ state: "ready", digests }, { sha256: undefined })).toBe(false);
    expect(hasArrived({ state: "receiving", digests: undefined }, { sha256: digests.sha256 })).toBe(false);
    expect(hasArrived({ state: "consumed", digests }, { sha256: digests.sha256 })).toBe(false);
    expect(hasArrived(undefined, { sha256: digests.sha256 })).toBe(false);
  });
});
