import { describe, expect, it } from "vitest";
import type { DeltaPreparation, PlannedDelta } from "#shared/domain/release/delta-preparation.ts";
import { deltasLeftMs } from "#shared/domain/release/deltas-left.ts";
import { releaseId } from "#shared/lib/ids.ts";

const one = (over: Partial<PlannedDelta>): PlannedDelta => ({
  artifactSha256: "a".repeat(64),
  fileName: "web",
  fullBytes: 1000,
  fromVersion: "1.0.0",
  state: "pending",
  message: "",
  ...over,
});
const halfDone = one({ state: "running", progress: { stage: "matching", share: 0.5, leftMs: 10_000 } });

const preparation = (over: Partial<DeltaPreparation>): DeltaPreparation => ({
  releaseId: releaseId.parse("0198c1d2-0000-7000-8000-000000000001"),
  state: "making",
  message: "",
  limitMs: 600_000,
  usedMs: 0,
  startedAt: 0,
  deltas: [one({ state: "made" }), halfDone, one({}), one({ fullBytes: 2000 })],
  ...over,
});

describe("how long the making of deltas still takes", () => {
  it("is that of the one that is being made and, by their sizes, of those that wait", () => {
    expect(deltasLeftMs(preparation({}))).toBe(10_000 + 20_000 + 40_000);
    expect(deltasLeftMs(preparation({ deltas: [halfDone] }))).toBe(10_000);
  });

  it("is never more than it may take", () => {
    expect(deltasLeftMs(preparation({ usedMs: 570_000 }))).toBe(30_000);
  });

  it("is not told while it is paused, or while there is no pace yet", () => {
    expect(deltasLeftMs(preparation({ state: "paused" }))).toBeUndefined();
    expect(deltasLeftMs(preparation({ deltas: [one({ state: "running" }), one({})] }))).toBeUndefined();
  });
});
