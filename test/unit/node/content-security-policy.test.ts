import { describe, expect, it } from "vitest";
import { contentSecurityPolicy } from "#main/node/content-security-policy.ts";

describe("the content security policy", () => {
  it("allows the bundle and this load's styles, and nothing else", () => {
    expect(contentSecurityPolicy("n0nce", "styles").split("; ").sort()).toEqual([
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

  it("allows the scripts of a page that carry the nonce where a page has scripts in it", () => {
    const differing = contentSecurityPolicy("n0nce", "styles and scripts").split("; ");
    expect(differing.filter((one) => !contentSecurityPolicy("n0nce", "styles").includes(one))).toEqual(["script-src 'self' 'nonce-n0nce'"]);
  });
});
