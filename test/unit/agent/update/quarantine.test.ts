import { describe, expect, it } from "vitest";
import { addQuarantine, findQuarantine, liftQuarantine } from "#main/agent/update/quarantine.ts";
import { aTarget } from "./journal-builder.ts";

const entry = (target: ReturnType<typeof aTarget>, at: number, expiresAt?: number) => ({
  releaseId: target.releaseId,
  digest: target.digest,
  reason: "it crashed",
  at,
  ...(expiresAt !== undefined && { expiresAt }),
});

describe("a host's quarantine", () => {
  const bad = aTarget("2.0.0");

  it("keeps a release out until it expires", () => {
    const entries = [entry(bad, 0, 100)];
    expect(findQuarantine(entries, bad, 99)).toBeDefined();
    expect(findQuarantine(entries, bad, 100)).toBeUndefined();
    expect(findQuarantine(entries, aTarget("2.0.0"), 0)).toBeUndefined();
  });

  it("holds one entry for a release, the newest", () => {
    expect(addQuarantine([entry(bad, 0, 100)], entry(bad, 50, 150))).toEqual([entry(bad, 50, 150)]);
  });

  it("forgets what has expired, and the oldest beyond its bound", () => {
    const entries = Array.from({ length: 64 }, (_, index) => entry(aTarget("1.0.0"), index, 1000));
    const grown = addQuarantine([entry(aTarget("0.9.0"), 0, 10), ...entries], entry(bad, 64, 1000));
    expect(grown).toHaveLength(64);
    expect(grown.at(-1)).toEqual(entry(bad, 64, 1000));
    expect(grown[0]).toEqual(entries[1]);
  });

  it("is lifted for a release with whatever bytes", () => {
    expect(liftQuarantine([entry(bad, 0), entry({ ...bad, digest: "f".repeat(64) }, 0)], bad.releaseId)).toEqual([]);
  });
});
