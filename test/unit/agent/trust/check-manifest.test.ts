import { describe, expect, it } from "vitest";
import type { ReleaseManifest } from "#shared/domain/release/manifest.ts";
import { runSpec } from "#shared/domain/release/run-spec.ts";
import { checkManifest } from "#main/agent/trust/check-manifest.ts";
import { toTrustError } from "#main/agent/trust/trust-error.ts";
import { aJournal, aTarget } from "../update/journal-builder.ts";

const target = aTarget("1.0.0");
const { applicationId, productId } = aJournal();
const artifact = {
  platform: "linux/amd64",
  fileName: "web",
  sizeBytes: target.sizeBytes,
  digests: { sha256: target.digest, sha1: "a".repeat(40), sha512: "b".repeat(128) },
  format: "elf",
} as const;
const manifest: ReleaseManifest = {
  schema: 1,
  applicationId,
  productId,
  kind: "process",
  releaseId: target.releaseId,
  version: "1.0.0",
  publishedAt: 1,
  runSpec: runSpec.parse({}),
  artifacts: [artifact],
};
const wanted = { applicationId, productId, target };

describe("a signed manifest against what was asked for", () => {
  it("gives the artifact for this host", () => {
    const both = { ...manifest, artifacts: [{ ...artifact, platform: "any", fileName: "other" }, artifact] };
    expect(checkManifest(both, wanted, "linux/amd64").fileName).toBe("web");
  });

  it.each<readonly [string, Partial<ReleaseManifest>]>([
    ["product", { productId: "org.example.other" }],
    ["release", { releaseId: aTarget("1.0.0").releaseId }],
    ["version", { version: "1.0.1" }],
    ["application", { applicationId: aJournal().applicationId }],
  ])("does not pass for another %s", (what, change) => {
    expect(() => checkManifest({ ...manifest, ...change }, wanted, "linux/amd64")).toThrow(`about ${what}`);
  });

  it("does not pass with another digest or size, or without an artifact for the host", () => {
    const other = (change: object) => ({ ...manifest, artifacts: [{ ...artifact, ...change }] });
    expect(() => checkManifest(other({ digests: { ...artifact.digests, sha256: "0".repeat(64) } }), wanted, "linux/amd64")).toThrow(
      "not the one",
    );
    expect(() => checkManifest(other({ sizeBytes: 1 }), wanted, "linux/amd64")).toThrow("not the one");
    expect(() => checkManifest(manifest, wanted, "linux/arm64")).toThrow("no artifact for linux/arm64");
  });
});

describe("what the TUF client refuses", () => {
  it.each([
    ["Unable to load snapshot metadata error Error: snapshot.json is expired", "TRUST_METADATA_EXPIRED"],
    ["Unable to load targets error Error: New version 3 of a.json is less than current version 4", "TRUST_ROLLBACK"],
    ["Missing file org.example.web.json in new snapshot", "TRUST_ROLLBACK"],
    ["targets was signed by 0/1 keys", "TRUST_SIGNATURE_INVALID"],
    ["anything else", "TRUST_SIGNATURE_INVALID"],
  ])("with %j is %s", (message, code) => {
    expect(toTrustError(new Error(message)).code).toBe(code);
  });
});
