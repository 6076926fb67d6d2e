import { describe, expect, it } from "vitest";
import { chooseShell, hasDisplay, type LaunchFacts } from "#main/launcher/choose-shell.ts";

const desk: LaunchFacts = {
  platform: "linux",
  hasDisplay: true,
  isRoot: false,
  wantsBrowser: false,
  electron: { kind: "present", program: "/e/electron" },
};

describe("the choice of a shell", () => {
  it.each([
    ["the desktop application where its program and a display are", {}, { kind: "desktop", program: "/e/electron" }],
    ["a fetch where there is a display and no program", { electron: { kind: "absent" } }, { kind: "fetch" }],
    ["the browser without a display", { hasDisplay: false }, { kind: "server", reason: "There is no display here" }],
    [
      "the browser without a display and without a program",
      { hasDisplay: false, electron: { kind: "absent" } },
      { kind: "server", reason: "There is no display here" },
    ],
    ["the browser for root on Linux", { isRoot: true }, { kind: "server", reason: "Electron does not run its sandbox as root" }],
    ["the desktop for root on macOS", { isRoot: true, platform: "darwin" }, { kind: "desktop", program: "/e/electron" }],
    [
      "the browser without Electron's package",
      { electron: { kind: "unknown" } },
      { kind: "server", reason: "Electron is not among the installed packages" },
    ],
    ["the browser when asked for it", { wantsBrowser: true }, { kind: "server", reason: "You asked for the browser" }],
  ] as const)("is %s", (_what, facts, choice) => {
    expect(chooseShell({ ...desk, ...facts })).toEqual(choice);
  });
});

describe("a display", () => {
  it.each([
    ["linux", { DISPLAY: ":0" }, true],
    ["linux", { WAYLAND_DISPLAY: "wayland-0" }, true],
    ["linux", { DISPLAY: "" }, false],
    ["linux", {}, false],
    ["freebsd", {}, false],
    ["darwin", {}, true],
    ["win32", {}, true],
  ] as const)("on %s with %j: %s", (platform, environment, expected) => {
    expect(hasDisplay(platform, environment)).toBe(expected);
  });
});
