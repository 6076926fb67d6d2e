import { hash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { kindOfStep, planSteps } from "#main/adapters/github-releases/publication-steps.ts";
import { describingDocuments, signatureDocuments } from "#main/adapters/github-releases/own-documents.ts";
import { nameAssets } from "#shared/domain/store/github/name-assets.ts";
import { isPrerelease, latestOnPublishing } from "#main/adapters/github-releases/latest-release.ts";
import { aPublication } from "#test/integration/github-releases/a-publication.ts";

const { content } = aPublication({ keys: ["b2".repeat(32), "a1".repeat(32)] });

describe("the steps of a publication", () => {
  it("look first, publish last, and wait for signatures only where they are needed", () => {
    const steps = planSteps(content);
    const [first, second] = content.manifest.artifacts.map((one) => one.digests.sha256);
    expect(steps.map((one) => one.id)).toEqual([
      "check",
      "draft",
      `upload:${first}`,
      `upload:${second}`,
      "verify",
      "describe",
      "signature",
      "finish",
    ]);
    expect(steps.filter((one) => one.needsSignature).map((one) => one.id)).toEqual(["signature", "finish"]);
    expect(steps.reduce((sum, one) => sum + one.totalBytes, 0)).toBe(
      content.manifest.artifacts.reduce((sum, one) => sum + one.sizeBytes, 0),
    );
    expect(planSteps({ ...content, signature: undefined })).toEqual(steps);
  });

  it("are known again by their id", () => {
    expect(planSteps(content).map((one) => kindOfStep(one.id))).toEqual([
      "check",
      "draft",
      "upload",
      "upload",
      "verify",
      "describe",
      "signature",
      "finish",
    ]);
    expect(kindOfStep("toString")).toBeUndefined();
  });
});

describe("documents beside the artifacts", () => {
  it("are the manifest as it was signed, and checksums that sha256sum reads", () => {
    const [checksums, manifest] = describingDocuments(content, nameAssets(content.manifest));
    expect(manifest).toMatchObject({ name: "rollcall-release.json", sha256: content.manifestSha256 });
    const lines = Buffer.from(checksums!.bytes).toString().trimEnd().split("\n");
    expect(lines).toEqual([
      `${content.manifestSha256}  rollcall-release.json`,
      ...content.manifest.artifacts.map((one) => `${one.digests.sha256}  web-${one.platform.replace("/", "-")}`),
    ]);
  });

  it("are one bundle per key, the first by key under the plain name", () => {
    const documents = signatureDocuments(content.signature!);
    expect(documents.map((one) => one.name)).toEqual([
      "rollcall-release.sigstore.json",
      `rollcall-release.${"b2".repeat(8)}.sigstore.json`,
    ]);
    expect(documents.every((one) => one.sha256 === hash("sha256", one.bytes))).toBe(true);
  });
});

describe("the latest release", () => {
  it("is one that stable points at, and never a pre-release", () => {
    expect(latestOnPublishing("1.0.0", ["stable", "beta"])).toBe("true");
    expect(latestOnPublishing("1.0.0", ["beta"])).toBe("false");
    expect(latestOnPublishing("2.0.0-rc.1", ["stable"])).toBe("false");
    expect([isPrerelease("1.0.0+exp-sha"), isPrerelease("1.0.0-a")]).toEqual([false, true]);
  });
});
