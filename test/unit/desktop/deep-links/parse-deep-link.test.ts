import { describe, expect, it } from "vitest";
import { deepLinkAmong, parseDeepLink } from "#main/desktop/deep-links/parse-deep-link.ts";

describe("a deep link", () => {
  it.each([
    ["rollcall://open/rollouts/42", "/rollouts/42"],
    ["rollcall://open", "/"],
    ["rollcall://open/", "/"],
    ["rollcall://open/hosts?search=a%20b%2Fc%C3%A9", "/hosts?search=a%20b%2Fc%C3%A9"],
    ["rollcall://open/fleets?status=failed&group=edge", "/fleets?status=failed&group=edge"],
  ])("%s opens %s", (link, path) => {
    expect(parseDeepLink(link)).toBe(path);
  });

  it.each([
    "rollcall://rollback/42",
    "rollcall:open/rollouts",
    "app://open/rollouts",
    "https://open/rollouts",
    "rollcall://user@open/rollouts",
    "rollcall://open/rollouts#x",
    "rollcall://open//evil.example",
    "rollcall://open/a\\b",
    "rollcall://open/%2e%2e/x",
    "rollcall://open/../x",
    "rollcall://open/x?y=%00",
    "rollcall://open/x?y=%7f",
    "rollcall://open/<script>",
    "rollcall://open/x?y=\u0000",
    "rollcall://open/x?y='quote'",
    `rollcall://open/${"a".repeat(700)}`,
    "",
    "--data",
  ])("%s is none", (link) => {
    expect(parseDeepLink(link)).toBeUndefined();
  });

  it("is found among a program's arguments", () => {
    expect(deepLinkAmong(["/opt/rollcall", "--data", "/x", "rollcall://open/audit"])).toBe("/audit");
    expect(deepLinkAmong(["/opt/rollcall", "--data", "/x"])).toBeUndefined();
  });
});
