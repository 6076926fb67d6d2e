import { describe, expect, it } from "vitest";
import { ACCESS_TOKEN_MS, AccessTokens } from "#main/control-plane/link/access-tokens.ts";
import { aHostId } from "#test/builders/rollout-facts.ts";

const tokens = new AccessTokens(Buffer.alloc(32, 1).toString("base64url"));

describe("access tokens of hosts", () => {
  it("name their host until they end", () => {
    const token = tokens.issue(aHostId(1), 1_000);
    expect(tokens.hostOf(token, 1_000 + ACCESS_TOKEN_MS - 1)).toBe(aHostId(1));
    expect(tokens.hostOf(token, 1_000 + ACCESS_TOKEN_MS)).toBeUndefined();
  });

  it("are worth nothing when host, expiry or key were changed", () => {
    const token = tokens.issue(aHostId(1), 1_000);
    const other = new AccessTokens(Buffer.alloc(32, 2).toString("base64url"));
    for (const forged of [
      token.replace(aHostId(1), aHostId(2)),
      token.replace(String(1_000 + ACCESS_TOKEN_MS), String(9e15)),
      other.issue(aHostId(1), 1_000),
      `${token}x`,
      "rch1",
      "",
      "...",
    ]) {
      expect(tokens.hostOf(forged, 1_000)).toBeUndefined();
    }
  });
});
