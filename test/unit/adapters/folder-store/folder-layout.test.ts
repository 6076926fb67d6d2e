import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { artifact } from "#shared/domain/artifact/artifact.ts";
import { checksumLines, folderFiles, versionFile, versionFolder } from "#main/adapters/folder-store/folder-layout.ts";

const file = (platform: string, fileName: string, sha256: string) => {
  const digests = { sha256: sha256.repeat(64), sha1: "0".repeat(40), sha512: "0".repeat(128) };
  return artifact.omit({ id: true }).parse({ platform, fileName, sizeBytes: 3, digests, format: "elf" });
};
const namesOf = (...artifacts: readonly ReturnType<typeof file>[]) =>
  folderFiles({ artifacts: [...artifacts] }).map((one) => [one.name, one.platforms.length]);

describe("files of a release in a folder", () => {
  it("have their own names, with the platform before them only where two would collide", () => {
    expect(namesOf(file("linux/amd64", "web-amd64", "a"), file("linux/arm64/v8", "web-arm64", "b"))).toEqual([
      ["web-amd64", 1],
      ["web-arm64", 1],
    ]);
    expect(namesOf(file("linux/amd64+musl", "web", "a"), file("linux/arm64/v8", "Web", "b"))).toEqual([
      ["linux-amd64-musl-web", 1],
      ["linux-arm64-v8-Web", 1],
    ]);
  });

  it("lie there once when they serve several platforms", () => {
    expect(namesOf(file("darwin/amd64", "web", "a"), file("darwin/arm64", "web", "a"))).toEqual([["web", 2]]);
  });

  it.each([".htaccess", "release.json", "RELEASE.JSON", "SHA256SUMS", "index.html", "x.sigstore.json"])(
    "never take a name that means something there: %s",
    (name) => {
      expect(namesOf(file("any", name, "a"))).toEqual([[`any-${name}`, 1]]);
    },
  );

  it("have checksums as sha256sum reads them", () => {
    expect(checksumLines([{ name: "web", sha256: "a".repeat(64) }])).toBe(`${"a".repeat(64)}  web\n`);
  });
});

describe("paths in a folder", () => {
  it("never lead out of it", () => {
    expect(versionFolder("/srv", "org.example.web", "1.0.0+build.5")).toBe(join("/srv", "org.example.web", "1.0.0+build.5"));
    for (const [product, version] of [
      ["..", "1.0.0"],
      ["org.example/..", "1.0.0"],
      ["org.example.web", ".."],
      ["org.example.web", "1.0.0/../.."],
    ] as const)
      expect(() => versionFolder("/srv", product, version)).toThrow();
    for (const name of ["..", "a/b", "a\\b", "", "a\0b"]) expect(() => versionFile("/srv", name)).toThrow();
  });
});
