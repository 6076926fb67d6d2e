import type { MenuItemConstructorOptions } from "electron";
import { describe, expect, it } from "vitest";
import { menuTemplate } from "#main/desktop/menu/menu-template.ts";
import { externalLink } from "#main/desktop/security/external-link.ts";

const links: string[] = [];
const quiet = {
  go: () => undefined,
  startCore: () => undefined,
  showDataFolder: () => undefined,
  openLink: (url: string) => void links.push(url),
};

function flat(items: readonly MenuItemConstructorOptions[]): readonly MenuItemConstructorOptions[] {
  return items.flatMap((item) => [item, ...(Array.isArray(item.submenu) ? flat(item.submenu) : [])]);
}

describe("the menu", () => {
  it.each(["linux", "darwin", "win32"] as const)("gives every accelerator to one entry only on %s", (platform) => {
    const accelerators = flat(menuTemplate({ platform, packaged: true }, quiet)).flatMap((item) => item.accelerator ?? []);
    expect(new Set(accelerators).size).toBe(accelerators.length);
    expect(accelerators.length).toBeGreaterThan(7);
  });

  it.each(["linux", "darwin", "win32"] as const)("has a way to quit on %s", (platform) => {
    const roles = flat(menuTemplate({ platform, packaged: true }, quiet)).map((item) => item.role);
    expect(roles.includes("quit") || roles.includes("appMenu")).toBe(true);
  });

  it("offers developer tools in a checkout only", () => {
    const roles = (packaged: boolean) => flat(menuTemplate({ platform: "linux", packaged }, quiet)).map((item) => item.role);
    expect(roles(false)).toContain("toggleDevTools");
    expect(roles(true)).not.toContain("toggleDevTools");
    expect(roles(true)).not.toContain("reload");
  });

  it("links only to what the link policy lets through", () => {
    const manual = flat(menuTemplate({ platform: "linux", packaged: true }, quiet)).find((item) => item.label === "Manual");
    // Why the cast: Electron would pass itself in; the entry takes nothing.
    (manual?.click as (() => void) | undefined)?.();
    expect(links.map((url) => externalLink(url).kind)).toEqual(["allowed"]);
  });
});
