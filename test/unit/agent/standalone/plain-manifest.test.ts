import { hash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { plainManifest, type PlainTerms } from "#main/agent/standalone/plain/plain-manifest.ts";
import { releaseManifest } from "#shared/domain/release/manifest.ts";
import { runSpec } from "#shared/domain/release/run-spec.ts";
import { isSemver } from "#shared/lib/semver.ts";

const TERMS: PlainTerms = { productId: "org.example.tool", runSpec: runSpec.parse({}), platform: "linux/amd64" };
const measured = (text: string) => {
  const bytes = Buffer.from(text);
  const digests = { sha256: hash("sha256", bytes), sha1: hash("sha1", bytes), sha512: hash("sha512", bytes) };
  return { sizeBytes: bytes.length, digests, head: bytes };
};
const FILE = { name: "tool", version: undefined };

describe("the manifest that a host writes for a plain file", () => {
  it("is one as any other, with a version that names the bytes where no tag does", () => {
    const manifest = plainManifest(TERMS, FILE, measured("#!/bin/sh\n"), 1);
    expect(releaseManifest.parse(manifest)).toEqual(manifest);
    expect(manifest.version).toBe(`0.0.0+sha256.${measured("#!/bin/sh\n").digests.sha256.slice(0, 12)}`);
    expect(isSemver(manifest.version)).toBe(true);
    expect(plainManifest(TERMS, { ...FILE, version: "1.4.2" }, measured("x"), 1).version).toBe("1.4.2");
  });

  it("names the same release whenever it is written, so that what was taken back stays so", () => {
    const [first, later] = [1, 2].map((at) => plainManifest(TERMS, FILE, measured("x"), at));
    expect(later?.releaseId).toBe(first?.releaseId);
    expect(later?.applicationId).toBe(first?.applicationId);
  });

  it("names another release for other bytes, another tag or another way to run it, of the same application", () => {
    const plain = plainManifest(TERMS, FILE, measured("x"), 1);
    const others = [
      plainManifest(TERMS, FILE, measured("y"), 1),
      plainManifest(TERMS, { ...FILE, version: "1.0.0" }, measured("x"), 1),
      plainManifest({ ...TERMS, runSpec: runSpec.parse({ arguments: ["serve"] }) }, FILE, measured("x"), 1),
    ];
    expect(new Set([plain, ...others].map((one) => one.releaseId)).size).toBe(4);
    expect(new Set([plain, ...others].map((one) => one.applicationId)).size).toBe(1);
    expect(plainManifest({ ...TERMS, productId: "org.example.other" }, FILE, measured("x"), 1).applicationId).not.toBe(plain.applicationId);
  });

  it("gives a name that is none another one", () => {
    expect(plainManifest(TERMS, { ...FILE, name: "" }, measured("x"), 1).artifacts[0]?.fileName).toBe("program");
  });
});
