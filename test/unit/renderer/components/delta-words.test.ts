import { describe, expect, it } from "vitest";
import { deltaNote, deltasDone } from "#renderer/components/publication/delta-words.ts";
import { sentWords } from "#renderer/features/rollout/sent-words.ts";
import { releaseId } from "#shared/lib/ids.ts";
import { deltaShare } from "#shared/domain/release/delta-words.ts";
import type { PlannedDelta } from "#shared/domain/release/delta-preparation.ts";

const delta: PlannedDelta = {
  artifactSha256: "a".repeat(64),
  fileName: "web",
  fullBytes: 126_600_000,
  fromVersion: "1.0.0",
  state: "made",
  message: "",
  codec: "matches",
  sizeBytes: 2_830_000,
};

describe("words about deltas", () => {
  it("tell size and part, or why there is none", () => {
    expect(deltaNote(delta)).toBe("2.8 MB instead of 127 MB · 2.24 %");
    expect(deltaNote({ ...delta, state: "failed", message: "Not made: no memory." })).toBe("Not made: no memory.");
    expect([deltaShare(543, 12_000_043), deltaShare(31, 100), deltaShare(0, 100)]).toEqual(["< 0.01 %", "31 %", "0.00 %"]);
  });

  it("tell how far the making is", () => {
    const preparation = {
      releaseId: releaseId.parse("0198c1d2-0000-7000-8000-000000000001"),
      state: "making" as const,
      message: "",
      limitMs: 600_000,
      usedMs: 60_000,
      startedAt: 0,
      deltas: [delta, { ...delta, state: "running" as const }],
    };
    expect(deltasDone(preparation)).toEqual({ share: 0.5, words: "1 of 2 dealt with · 9 m at most to go" });
    const running = { ...delta, state: "running" as const, progress: { stage: "matching" as const, share: 0.5 } };
    expect(deltasDone({ ...preparation, deltas: [delta, running] }).share).toBe(0.75);
    const paced = { ...running, progress: { ...running.progress, leftMs: 72_000 } };
    expect(deltasDone({ ...preparation, deltas: [delta, paced] }).words).toBe("1 of 2 dealt with · about 1 m 12 s left, 9 m at most");
    expect(deltaNote(paced)).toBe("looking for the old bytes in the new ones, 50 %");
  });

  it("tell what a rollout saved", () => {
    expect(sentWords({ downloads: 3, bytes: 1_900_000_000, fullBytes: 84_000_000_000 })).toBe("1.9 GB of 84.0 GB sent, 97 % saved");
    expect(sentWords({ downloads: 1, bytes: 12, fullBytes: 12 })).toBe("12 B of 12 B sent");
  });
});
