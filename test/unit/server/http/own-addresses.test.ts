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
  it("is this very page's: scheme, name and port", () => {
    expect(() => requireOwnOrigin({ origin: "http://localhost:7420", host: "localhost:7420" }, "http")).not.toThrow();
    for (const origin of [
      undefined,
      "null",
      "https://localhost:7420",
      "http://localhost:7421",
      "http://localhost",
      "http://evil.example",
    ]) {
      expect(() => requireOwnOrigin({ origin, host: "localhost:7420" }, "http")).toThrow("does not come from a page");
    }
  });
});
