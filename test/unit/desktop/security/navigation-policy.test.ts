import { describe, expect, it } from "vitest";
import { judgeNavigation } from "#main/desktop/security/navigation-policy.ts";

describe("a navigation", () => {
  it.each([
    ["a view of ours in the main frame", "app://rollcall/fleets", true, { kind: "allow" }],
    ["a view of ours in a sub-frame", "app://rollcall/fleets", false, { kind: "deny" }],
    ["a known site in the main frame", "https://github.com/x", true, { kind: "offer", url: "https://github.com/x" }],
    ["a known site in a sub-frame", "https://github.com/x", false, { kind: "deny" }],
    ["an unknown site", "https://evil.example/", true, { kind: "deny" }],
    ["a local file", "file:///etc/passwd", true, { kind: "deny" }],
    ["a script", "javascript:alert(1)", true, { kind: "deny" }],
    ["data", "data:text/html,hi", true, { kind: "deny" }],
    ["another host of our scheme", "app://evil/", true, { kind: "deny" }],
    ["a deep link of ours", "rollcall://open/rollouts", true, { kind: "deny" }],
    ["nothing", "about:blank", true, { kind: "deny" }],
  ] as const)("to %s", (_what, address, isMainFrame, verdict) => {
    expect(judgeNavigation(address, isMainFrame)).toEqual(verdict);
  });
});
