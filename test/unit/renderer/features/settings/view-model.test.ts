import { describe, expect, it } from "vitest";
import { apiTokenLook, expiryLook, modeWords, readUrls, sectionOf } from "#renderer/features/settings/view-model.ts";
import { apiToken } from "#shared/contract/administration.ts";

describe("settings", () => {
  it("open their first part at an address that is none", () => {
    expect(sectionOf("trust")).toBe("trust");
    expect(sectionOf("nonsense")).toBe("general");
    expect(sectionOf(undefined)).toBe("general");
  });

  it("read one address a line", () => {
    expect(readUrls(" https://a:1 \n\nhttps://b\n")).toEqual(["https://a:1", "https://b"]);
  });
});

describe("the freshness of a signed document", () => {
  it.each([
    [1000, "Fresh"],
    [700, "Fresh"],
    [300, "Due for renewal"],
    [50, "Expires soon"],
    [0, "Expired"],
  ])("with %i of 1000 ms left is %s", (left, word) => expect(expiryLook(5000 + left, 1000, 5000).word).toBe(word));
});

describe("server-held keys", () => {
  it("say that a stolen control plane is not covered", () => {
    expect(modeWords("server-held").exposes.join(" ")).toContain("stolen");
    expect(modeWords("operator-held").protects.join(" ")).toContain("stolen");
  });
});

describe("an API token", () => {
  const token = apiToken.parse({
    id: "00000000-0000-4000-8000-000000000001",
    label: "ci",
    role: "publisher",
    fleets: "all",
    createdAt: 0,
    createdBy: "user:ana",
  });
  it.each([
    [{}, "Active"],
    [{ expiresAt: 10 }, "Expired"],
    [{ revokedAt: 5 }, "Revoked"],
  ])("with %j is %s", (part, word) => expect(apiTokenLook({ ...token, ...part }, 10).word).toBe(word));
});
