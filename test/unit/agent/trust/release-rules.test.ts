import { describe, expect, it } from "vitest";
import { checkRules, isBelowMinimum, type ReleaseRules } from "#main/agent/trust/release-rules.ts";

const WEB = "org.example.web";
const rules = (change: Partial<ReleaseRules>): ReleaseRules => ({
  fleetAccepts: undefined,
  hostAccepts: undefined,
  minimumVersion: undefined,
  ...change,
});

describe("the rules that operators signed", () => {
  it("let everything in where nothing was signed and the host's own file is silent", () => {
    expect(() => checkRules(rules({}), WEB, "0.0.1")).not.toThrow();
  });

  it.each([
    ["the fleet's list", { fleetAccepts: ["org.example.other"] }],
    ["the fleet's empty list", { fleetAccepts: [] }],
    ["the host's own file", { hostAccepts: ["org.example.other"], fleetAccepts: [WEB] }],
  ])("refuse a product that is not on %s", (_, change) => {
    expect(() => checkRules(rules(change), WEB, "1.0.0")).toThrow(expect.objectContaining({ code: "TRUST_NOT_ACCEPTED" }));
  });

  it.each([
    ["1.3.9", true],
    ["1.4.0-rc.1", true],
    ["1.4.0", false],
    ["1.4.0+build.7", false],
    ["1.10.0", false],
  ])("put %s below a minimum of 1.4.0: %s", (version, below) => {
    expect(isBelowMinimum(version, "1.4.0")).toBe(below);
  });

  it("refuse a version below the minimum", () => {
    const check = () => checkRules(rules({ minimumVersion: "1.4.0" }), WEB, "1.3.9");
    expect(check).toThrow(expect.objectContaining({ code: "TRUST_BELOW_MINIMUM" }));
  });
});
