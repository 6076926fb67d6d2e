import { hash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { nameAssets } from "#shared/domain/store/github/name-assets.ts";
import { readNameFacts } from "#shared/domain/artifact/name-facts.ts";
import { releaseManifest, type ReleaseManifest } from "#shared/domain/release/manifest.ts";

function manifestOf(...files: readonly (readonly [platform: string, fileName: string, content?: string])[]): ReleaseManifest {
  return releaseManifest.parse({
    schema: 1,
    applicationId: "7c0e9e5a-7a51-4d0e-9d5b-9d1f6f7f0a01",
    productId: "com.example.web",
    kind: "process",
    releaseId: "0b9f2f7e-52f0-4f6c-8f0f-3f1a4d1e5b10",
    version: "1.4.2",
    publishedAt: 0,
    runSpec: {},
    artifacts: files.map(([platform, fileName, content = `${platform} ${fileName}`]) => ({
      platform,
      fileName,
      sizeBytes: content.length,
      digests: { sha256: hash("sha256", content), sha1: hash("sha1", content), sha512: hash("sha512", content) },
      format: "elf",
    })),
  });
}

const namesOf = (manifest: ReleaseManifest): readonly string[] => nameAssets(manifest).map((one) => one.name);

describe("names of assets", () => {
  it("are the file names where they differ", () => {
    expect(namesOf(manifestOf(["linux/amd64", "web-amd64"], ["linux/arm64", "web-arm64"]))).toEqual(["web-amd64", "web-arm64"]);
  });

  it("carry the platform before the extension where files share a name, whatever its case", () => {
    const manifest = manifestOf(
      ["linux/amd64+musl", "web"],
      ["linux/arm64/v8", "Web"],
      ["windows/amd64", "web.exe"],
      ["windows/arm64", "web.exe"],
    );
    expect(namesOf(manifest)).toEqual(["web-linux-amd64-musl", "Web-linux-arm64-v8", "web-windows-amd64.exe", "web-windows-arm64.exe"]);
  });

  it("are read back as the platform that they carry", () => {
    const manifest = manifestOf(["linux/amd64+musl", "web"], ["darwin/arm64", "web"]);
    expect(namesOf(manifest).map((name) => readNameFacts(name).platform)).toEqual(["linux/amd64+musl", "darwin/arm64"]);
  });

  it("hold only characters that GitHub leaves as they are", () => {
    const names = namesOf(manifestOf(["linux/amd64", "wéb app+1~rc.bin"], ["linux/arm64", "..hidden.."], ["any", "日本"]));
    expect(names).toEqual(["w.b.app.1.rc.bin", "hidden", "file"]);
  });

  it("never are the name of one of our documents", () => {
    const names = namesOf(
      manifestOf(["linux/amd64", "sha256sums"], ["linux/arm64", "rollcall-release.json"], ["any", "rollcall-release.sigstore.json"]),
    );
    expect(names).toEqual(["sha256sums-linux-amd64", "rollcall-release-linux-arm64.json", "rollcall-release.sigstore-any.json"]);
  });

  it("differ by digest where the platform does not part them", () => {
    const names = namesOf(manifestOf(["linux/amd64", "web~"], ["linux/amd64", "web!"]));
    expect(new Set(names).size).toBe(2);
    expect(names.every((name) => /^web-linux-amd64-[0-9a-f]{12}$/.test(name))).toBe(true);
  });

  it("are one for all artifacts of one digest", () => {
    const manifest = manifestOf(["darwin/arm64", "web", "universal"], ["darwin/amd64", "web", "universal"], ["linux/amd64", "web.run"]);
    expect(nameAssets(manifest)).toMatchObject([{ name: "web", label: "web (darwin/arm64)" }, { name: "web.run" }]);
  });
});
