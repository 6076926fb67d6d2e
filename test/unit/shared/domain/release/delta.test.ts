import { describe, expect, it } from "vitest";
import { isWorthwhileDelta, type ReleaseDelta } from "#shared/domain/release/delta.ts";
import { releaseManifest } from "#shared/domain/release/manifest.ts";
import { aRelease } from "#test/builders/a-release.ts";

const from = { version: "1.3.0", sha256: "d".repeat(64), sizeBytes: 1000 };
const delta: ReleaseDelta = { from, codec: "matches", sizeBytes: 600, sha256: "e".repeat(64) };

function withDeltas(...deltas: readonly ReleaseDelta[]): unknown {
  const { manifest } = aRelease();
  return { ...manifest, artifacts: manifest.artifacts.map((one) => ({ ...one, sizeBytes: 1000, deltas })) };
}

describe("deltas in a release manifest", () => {
  it("keeps the bytes of a manifest that names none", () => {
    const { manifest } = aRelease();
    expect(JSON.stringify(releaseManifest.parse(manifest))).toBe(JSON.stringify(manifest));
    expect(JSON.stringify(manifest)).not.toContain("deltas");
  });

  it("names deltas up to three fifths of the artifact, and no larger one", () => {
    expect(releaseManifest.safeParse(withDeltas(delta)).success).toBe(true);
    expect(releaseManifest.safeParse(withDeltas({ ...delta, sizeBytes: 601 })).success).toBe(false);
    expect([isWorthwhileDelta(600, 1000), isWorthwhileDelta(601, 1000)]).toEqual([true, false]);
  });

  it("names one delta for each file that it starts from", () => {
    const other = { ...delta, sha256: "f".repeat(64) };
    expect(releaseManifest.safeParse(withDeltas(delta, other)).success).toBe(false);
    expect(releaseManifest.safeParse(withDeltas(delta, { ...other, from: { ...from, sha256: "0".repeat(64) } })).success).toBe(true);
  });
});
