import { describe, expect, it } from "vitest";
import { expectSafeApiUrl, isTrustedOrigin } from "#main/adapters/github-releases/trusted-origin.ts";

describe("where the token may go", () => {
  it.each([
    ["https://api.github.com", "https://api.github.com/repos/a/b"],
    ["https://api.github.com", "https://uploads.github.com/repos/a/b/releases/1/assets"],
    ["https://api.acme.ghe.com", "https://uploads.acme.ghe.com/repos"],
    ["https://github.acme.test/api/v3", "https://github.acme.test/api/uploads/repos"],
    ["http://127.0.0.1:4000", "http://127.0.0.1:4001/repos"],
  ])("%s trusts %s", (api, address) => {
    expect(isTrustedOrigin(api, address)).toBe(true);
  });

  it.each([
    ["https://api.github.com", "https://objects.githubusercontent.com/x"],
    ["https://api.github.com", "http://api.github.com/x"],
    ["https://api.github.com", "https://api.github.com.evil.test/x"],
    ["https://api.github.com", "https://uploads.github.com:8443/x"],
    ["https://api.github.com", "https://user:pass@api.github.com/x"],
    ["https://github.acme.test/api/v3", "https://evil.github.acme.test/x"],
    ["https://api.github.com", "/relative"],
  ])("%s does not trust %s", (api, address) => {
    expect(isTrustedOrigin(api, address)).toBe(false);
  });

  it("is never in the clear beyond this machine", () => {
    for (const address of ["https://api.github.com", "http://127.0.0.1:80", "http://localhost:3000", "http://[::1]:3000"])
      expectSafeApiUrl(address);
    for (const address of ["http://api.github.com", "http://127.0.0.1.evil.test", "http://10.0.0.1"]) {
      expect(() => expectSafeApiUrl(address)).toThrow(expect.objectContaining({ code: "INPUT_INVALID" }));
    }
  });
});
