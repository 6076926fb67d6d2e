import { describe, expect, it } from "vitest";
import { isTrustedSender } from "#main/desktop/security/trusted-sender.ts";

const frame = { url: "app://rollcall/fleets", origin: "app://rollcall", isMainFrame: true };

describe("a trusted sender", () => {
  it("is the main frame of our window on a page of ours", () => {
    expect(isTrustedSender({ contentsId: 7, frame }, 7)).toBe(true);
  });

  it.each([
    ["another window", { contentsId: 8, frame }],
    ["a frame that is gone", { contentsId: 7, frame: null }],
    ["a sub-frame", { contentsId: 7, frame: { ...frame, isMainFrame: false } }],
    ["a sandboxed page of ours with an opaque origin", { contentsId: 7, frame: { ...frame, origin: "null" } }],
    ["a foreign page", { contentsId: 7, frame: { ...frame, url: "https://evil.example/", origin: "https://evil.example" } }],
    ["a foreign page with a forged origin", { contentsId: 7, frame: { ...frame, url: "https://evil.example/" } }],
    ["another host of our scheme", { contentsId: 7, frame: { ...frame, url: "app://evil/", origin: "app://evil" } }],
  ])("is not %s", (_what, sender) => {
    expect(isTrustedSender(sender, 7)).toBe(false);
  });
});
