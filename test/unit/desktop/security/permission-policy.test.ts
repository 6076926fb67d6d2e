import { describe, expect, it } from "vitest";
import { permits } from "#main/desktop/security/permission-policy.ts";

const ours = { url: "app://rollcall/fleets", isMainFrame: true };

describe("permissions", () => {
  it.each(["clipboard-sanitized-write", "notifications"])("grant %s to our own page", (permission) => {
    expect(permits(permission, ours)).toBe(true);
  });

  it.each(["clipboard-sanitized-write", "notifications"])("deny %s to anyone else", (permission) => {
    expect(permits(permission, { ...ours, isMainFrame: false })).toBe(false);
    expect(permits(permission, { ...ours, url: "https://rollcall/" })).toBe(false);
    expect(permits(permission, { ...ours, url: "" })).toBe(false);
  });

  it.each([
    "clipboard-read",
    "deprecated-sync-clipboard-read",
    "media",
    "mediaKeySystem",
    "display-capture",
    "geolocation",
    "hid",
    "serial",
    "usb",
    "midi",
    "midiSysex",
    "fileSystem",
    "fullscreen",
    "idle-detection",
    "keyboardLock",
    "local-network-access",
    "openExternal",
    "pointerLock",
    "storage-access",
    "window-management",
    "unknown",
    "a permission of tomorrow",
  ])("deny %s even to our own page", (permission) => {
    expect(permits(permission, ours)).toBe(false);
  });
});
