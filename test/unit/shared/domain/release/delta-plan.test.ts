import { describe, expect, it } from "vitest";
import { MAX_DELTA_ARTIFACT_BYTES, planDeltas, type DeltaFile, type OlderRelease } from "#shared/domain/release/delta-plan.ts";

const file = (sha256: string, over: Partial<DeltaFile> = {}): DeltaFile => ({
  platform: "linux/amd64",
  sha256,
  sizeBytes: 1_000_000,
  isPacked: false,
  isTree: false,
  ...over,
});

const older = (version: string, at: number, over: Partial<OlderRelease> = {}): OlderRelease => ({
  releaseId: `id-${version}`,
  version,
  publishedAt: at,
  state: "published",
  isTarget: false,
  files: [file(`sha-${version}`)],
  ...over,
});

const from = (files: readonly DeltaFile[], releases: readonly OlderRelease[], bases = 3): readonly string[] =>
  planDeltas(files, releases, bases).map((pair) => `${pair.from.version}->${pair.fresh.sha256}`);

describe("the deltas of a release", () => {
  it("lead from the last releases, the newest first", () => {
    const releases = [older("1.0.0", 1), older("1.2.0", 3), older("1.1.0", 2), older("1.3.0", 4)];
    expect(from([file("new")], releases)).toEqual(["1.3.0->new", "1.2.0->new", "1.1.0->new"]);
    expect(from([file("new")], releases, 1)).toEqual(["1.3.0->new"]);
  });

  it("lead first from what hosts are brought to now, however old or withdrawn it is", () => {
    const releases = [
      older("1.0.0", 1, { isTarget: true, state: "withdrawn" }),
      older("1.1.0", 2),
      older("1.2.0", 3, { state: "withdrawn" }),
      older("1.3.0", 4),
    ];
    expect(from([file("new")], releases, 2)).toEqual(["1.0.0->new", "1.3.0->new", "1.1.0->new"]);
  });

  it("are none where they are switched off", () => {
    expect(from([file("new")], [older("1.0.0", 1, { isTarget: true })], 0)).toEqual([]);
  });

  it("are made for each file of its own platform, once where a file serves several", () => {
    const releases = [older("1.0.0", 1, { files: [file("a"), file("b", { platform: "linux/arm64" })] })];
    expect(from([file("new"), file("arm", { platform: "linux/arm64" })], releases)).toEqual(["1.0.0->new", "1.0.0->arm"]);
    const universal = [file("new"), file("new", { platform: "linux/arm64" })];
    expect(planDeltas(universal, releases, 3).map((pair) => pair.from.sha256)).toEqual(["a", "b"]);
  });

  it("count only releases that have something for the platform", () => {
    const arm = [file("arm", { platform: "linux/arm64" })];
    expect(from([file("new")], [older("1.1.0", 2, { files: arm }), older("1.0.0", 1)], 1)).toEqual(["1.0.0->new"]);
  });

  it("lead from a file once, though several releases carried it, and never from the very same file", () => {
    const same = [file("old")];
    const releases = [older("1.2.0", 3, { files: [file("new")] }), older("1.1.0", 2, { files: same }), older("1.0.0", 1, { files: same })];
    expect(from([file("new")], releases)).toEqual(["1.1.0->new"]);
  });

  it("are none of packed, tiny and huge files", () => {
    const releases = [older("1.0.0", 1)];
    for (const over of [{ isPacked: true }, { sizeBytes: 1000 }, { sizeBytes: MAX_DELTA_ARTIFACT_BYTES + 1 }])
      expect(from([file("new", over)], releases)).toEqual([]);
    expect(from([file("new")], [older("1.0.0", 1, { files: [file("old", { isPacked: true })] })])).toEqual([]);
  });

  it("of an archive that hosts unpack lead from others that they unpacked, packed or not, and from no file", () => {
    const archive = (sha256: string, isTree = true): DeltaFile => file(sha256, { isPacked: true, isTree });
    const releases = [older("1.0.0", 1, { files: [archive("a")] }), older("1.1.0", 2, { files: [archive("b", false)] }), older("1.2.0", 3)];
    expect(planDeltas([archive("new")], releases, 3).map(({ from: { version }, isTree }) => [version, isTree])).toEqual([["1.0.0", true]]);
    expect(from([file("new", { isTree: false })], releases)).toEqual(["1.2.0->new"]);
  });
});
