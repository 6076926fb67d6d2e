import { describe, expect, it } from "vitest";
import type { GithubAsset } from "#shared/domain/store/github/github-documents.ts";
import { judgeAsset } from "#main/adapters/github-releases/judge-asset.ts";

const wanted = { name: "web", label: "web (linux/amd64)", sha256: "ab".repeat(32), sizeBytes: 10 };
const asset: GithubAsset = { id: 1, name: "web", label: wanted.label, state: "uploaded", size: 10, digest: `sha256:${wanted.sha256}` };

describe("what lies under a wanted name", () => {
  it.each([
    ["nothing", [], "absent"],
    ["another name", [{ ...asset, name: "Web" }], "absent"],
    ["our bytes", [asset], "complete"],
    ["our bytes under their label", [{ ...asset, label: "theirs" }], "complete"],
    ["what an upload left", [{ ...asset, state: "starter", size: 0, digest: null }], "leftover"],
    ["an upload that is still open", [{ ...asset, state: "open" }], "leftover"],
    ["as many bytes, without a digest", [{ ...asset, digest: null }], "unproven"],
    ["as many bytes, with a digest of another kind", [{ ...asset, digest: "sha512:00" }], "unproven"],
    ["other bytes under our label", [{ ...asset, digest: `sha256:${"cd".repeat(32)}` }], "damaged"],
    ["fewer bytes under our label", [{ ...asset, digest: null, size: 9 }], "damaged"],
    ["other bytes under their label", [{ ...asset, digest: `sha256:${"cd".repeat(32)}`, label: null }], "foreign"],
  ] as const)("%s", (_what, assets, kind) => {
    expect(judgeAsset(assets, wanted).kind).toBe(kind);
  });
});
