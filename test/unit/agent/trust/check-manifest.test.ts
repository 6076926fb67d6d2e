import { describe, expect, it } from "vitest";
import type { ReleaseManifest } from "#shared/domain/release/manifest.ts";
import { runSpec } from "#shared/domain/release/run-spec.ts";
import { checkManifest } from "#main/agent/trust/check-manifest.ts";
import { expired, toTrustError } from "#main/agent/trust/trust-error.ts";
import { LengthOrHashMismatchError } from "@tufjs/models/dist/error.js";
import { BadVersionError, ExpiredMetadataError } from "tuf-js/dist/error.js";
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
    [new ExpiredMetadataError("snapshot.json is expired"), "TRUST_METADATA_EXPIRED"],
    [new BadVersionError("New version 3 of a.json is less than current version 4"), "TRUST_ROLLBACK"],
    [new Error("Missing file org.example.web.json in new snapshot"), "TRUST_ROLLBACK"],
    [new BadVersionError("Snapshot version doesn't match timestamp"), "TRUST_MIX_AND_MATCH"],
    [new BadVersionError("Version 3 of targets does not match snapshot version 4"), "TRUST_MIX_AND_MATCH"],
    [new LengthOrHashMismatchError("Expected length 3 but got 4"), "TRUST_MIX_AND_MATCH"],
    [new Error("targets was signed by 0/1 keys"), "TRUST_SIGNATURE_INVALID"],
    [new Error("anything else"), "TRUST_SIGNATURE_INVALID"],
  ])("with %s is %s", (thrown, code) => {
    expect(toTrustError(thrown).code).toBe(code);
  });
});

describe("signed metadata whose time is over", () => {
  const at = Date.UTC(2026, 10, 21, 12);
  const hour = 3_600_000;

  it("is a freeze by a control plane of the same time, and says since when", () => {
    const error = expired({ role: "timestamp", expiresAt: at - hour, now: at, serverOffsetMs: 5000 });
    expect(error.code).toBe("TRUST_METADATA_EXPIRED");
    expect(error.message).toContain("expired on 2026-11-21 11:00 UTC; since then the control plane may be holding back newer metadata");
  });

  it("is a wrong clock where it would still be valid at the control plane, and says by how much", () => {
    const error = expired({ role: "timestamp", expiresAt: at - hour, now: at, serverOffsetMs: -2 * hour });
    expect(error.message).toContain("120 minutes ahead of the control plane's");
  });

  it.each([
    ["ahead by an hour or more", -2 * hour, "TRUST_CLOCK_WRONG"],
    ["ahead, but not by enough to matter", -20 * 60_000, "TRUST_METADATA_EXPIRED"],
    ["ahead by less than ten minutes", -5 * 60_000, "TRUST_METADATA_EXPIRED"],
    ["behind", 2 * hour, "TRUST_METADATA_EXPIRED"],
    ["not comparable, since no control plane was heard", undefined, "TRUST_METADATA_EXPIRED"],
  ] as const)("with a host's clock that is %s", (_, serverOffsetMs, code) => {
    const error = expired({ role: "snapshot", expiresAt: at - hour, now: at, serverOffsetMs });
    expect(error.code).toBe(code);
  });
});
