import { describe, expect, it } from "vitest";
import { contentSecurityPolicy } from "#main/desktop/protocol/content-security-policy.ts";

describe("the content security policy", () => {
  it("allows the bundle and this load's styles, and nothing else", () => {
    expect(contentSecurityPolicy("n0nce").split("; ").sort()).toEqual([
      "base-uri 'none'",
      "connect-src 'self'",
      "default-src 'none'",
      "font-src 'self'",
      "form-action 'none'",
      "frame-ancestors 'none'",
      "img-src 'self' data:",
      "object-src 'none'",
      "script-src 'self'",
      "style-src 'self' 'nonce-n0nce'",
    ]);
  });
});
