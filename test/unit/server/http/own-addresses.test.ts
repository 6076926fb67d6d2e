import { describe, expect, it } from "vitest";
import { isOwnHost, requireOwnOrigin } from "#main/server/http/own-addresses.ts";

const own = new Set(["rollcall.example"]);

describe("the Host header", () => {
  it.each([
    "localhost",
    "localhost:7420",
    "LOCALHOST:1",
    "127.0.0.1:7420",
    "10.0.0.5",
    "[::1]:7420",
    "[2001:db8::1]",
    "rollcall.example",
    "Rollcall.Example.:443",
  ])("may be %s", (host) => expect(isOwnHost(host, own)).toBe(true));

  it.each([
    undefined,
    "",
    "evil.example",
    "rollcall.example.evil.example",
    "localhost.evil.example",
    "127.0.0.1.evil.example",
    "user@localhost",
    "localhost:99999999",
    "localhost/x",
    "[::1",
    "a b",
  ])("may not be %s", (host) => expect(isOwnHost(host, own)).toBe(false));
});

describe("the origin of an unsafe request", () => {
  const asks =
    (origin: string | undefined, publicUrls: readonly string[] = []) =>
    () =>
      requireOwnOrigin({ origin, host: "localhost:7420", isSecure: false }, publicUrls);

  it("is this very page's: scheme, name and port", () => {
    expect(asks("http://localhost:7420")).not.toThrow();
    for (const origin of [
      undefined,
      "null",
      "https://localhost:7420",
      "http://localhost:7421",
      "http://localhost",
      "http://evil.example",
    ]) {
      expect(asks(origin)).toThrow("does not come from a page");
    }
  });

  it("may be a public address, behind which a proxy stands", () => {
    expect(asks("https://rollcall.example", ["https://Rollcall.example/"])).not.toThrow();
    expect(asks("http://rollcall.example", ["https://rollcall.example"])).toThrow("does not come from a page");
  });
});
