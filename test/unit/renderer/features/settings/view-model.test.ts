import { describe, expect, it } from "vitest";
import { apiTokenLook, modeWords, readUrls, sectionOf } from "#renderer/features/settings/view-model.ts";
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
