import { describe, expect, it } from "vitest";
import { adoptionProblem, foundWords, readPublicKeys, suggestFiles } from "#renderer/features/application/adoption.ts";
import { openRequestOf, signaturesLeft } from "#renderer/features/application/signing-words.ts";
import { signingRequest } from "#shared/domain/trust/signing-request.ts";

describe("a found release", () => {
  it("begins with the files whose platform the store or the name tells", () => {
    const files = [
      { name: "web", sizeBytes: 1, platform: "linux/arm64" },
      { name: "web-1.0.0-darwin-arm64", sizeBytes: 1 },
      { name: "SHA256SUMS", sizeBytes: 1 },
    ];
    expect(suggestFiles(files)).toEqual({ web: "linux/arm64", "web-1.0.0-darwin-arm64": "darwin/arm64" });
  });

  it("says what stands in the way of adopting it", () => {
    expect(adoptionProblem("latest", { web: "any" })).toContain("semantic version");
    expect(adoptionProblem("1.0.0", {})).toContain("at least one");
    expect(adoptionProblem("1.0.0", { web: "" })).toContain("needs a platform");
    expect(adoptionProblem("1.0.0", { a: "any", b: "any" })).toContain("Two files are for any");
    expect(adoptionProblem("1.0.0", { a: "any" })).toBeUndefined();
  });

  it("is marked as ours, and as here already", () => {
    expect(foundWords({ reference: "1", isOurs: true })).toBe("made by Rollcall");
    expect(foundWords({ reference: "1", isOurs: false })).toBe("made by another tool");
  });

  it("is checked by keys in either form", () => {
    const pem = "-----BEGIN PUBLIC KEY-----\nMCow\n-----END PUBLIC KEY-----";
    expect(readPublicKeys(`${pem}\nabc\n\n def `)).toEqual([pem, "abc", "def"]);
    expect(readPublicKeys("  \n")).toEqual([]);
  });
});

describe("a release that people must sign", () => {
  const id = (last: string) => `00000000-0000-4000-8000-00000000000${last}`;
  const [a, b] = ["a".repeat(64), "b".repeat(64)];
  const request = signingRequest.parse({
    id: id("1"),
    intent: {
      kind: "publish",
      applicationId: id("2"),
      releaseId: id("3"),
      productId: "org.example.web",
      version: "1.0.0",
      manifestSha256: a,
    },
    title: "Publish",
    state: "open",
    documents: [{ name: "x", role: "x", sha256: a, sizeBytes: 1, quorums: [{ label: "", threshold: 2, keyIds: [a, b] }], signedBy: [a] }],
    createdAt: 0,
    createdBy: "",
    draft: 1,
    fingerprint: b,
  });

  it("finds its open request, and how many signatures are left", () => {
    expect(openRequestOf([request], id("3"))).toBe(request);
    expect(openRequestOf([{ ...request, state: "completed" }], id("3"))).toBeUndefined();
    expect(signaturesLeft(request)).toBe(1);
  });
});
