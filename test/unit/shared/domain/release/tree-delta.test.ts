import { describe, expect, it } from "vitest";
import { releaseManifest } from "#shared/domain/release/manifest.ts";
import { deltasOf, type ReleaseTreeDelta } from "#shared/domain/release/tree-delta.ts";
import { aRelease } from "#test/builders/a-release.ts";
import { manifestBeforeTrees } from "#test/builders/manifest-before-trees.ts";

const from = { version: "1.3.0", sha256: "d".repeat(64), sizeBytes: 1000, tree: "a".repeat(64) };
const delta: ReleaseTreeDelta = { from, codec: "tree", sizeBytes: 600, sha256: "e".repeat(64) };

function withTree(...deltas: readonly ReleaseTreeDelta[]): unknown {
  const { manifest } = aRelease();
  const tree = { sha256: "b".repeat(64), deltas };
  return { ...manifest, artifacts: manifest.artifacts.map((one) => ({ ...one, sizeBytes: 1000, tree })) };
}

describe("deltas between trees in a release manifest", () => {
  it("keep the bytes of a manifest that names none", () => {
    const { manifest } = aRelease();
    expect(JSON.stringify(releaseManifest.parse(manifest))).toBe(JSON.stringify(manifest));
  });

  it("are at most three fifths of the archive, and one for each archive that they start from", () => {
    expect(releaseManifest.safeParse(withTree(delta)).success).toBe(true);
    expect(releaseManifest.safeParse(withTree({ ...delta, sizeBytes: 601 })).success).toBe(false);
    expect(releaseManifest.safeParse(withTree(delta, { ...delta, sha256: "f".repeat(64) })).success).toBe(false);
    expect(releaseManifest.safeParse(withTree()).success).toBe(false);
  });

  it("are left out by agents that do not know them, which take the archive", () => {
    const newer = withTree(delta);
    const known = releaseManifest.parse(newer);
    expect(known.artifacts[0] && deltasOf(known.artifacts[0])).toEqual([delta]);
    const { manifest } = aRelease();
    const plain = manifest.artifacts.map((one) => ({ ...one, sizeBytes: 1000 }));
    expect(manifestBeforeTrees.parse(newer)).toEqual({ ...manifest, artifacts: plain });
  });

  it("would make those agents refuse the release if they stood among the deltas between files", () => {
    const { manifest } = aRelease();
    const among = { ...manifest, artifacts: manifest.artifacts.map((one) => ({ ...one, sizeBytes: 1000, deltas: [delta] })) };
    expect(manifestBeforeTrees.safeParse(among).success).toBe(false);
  });
});
