import type { Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import { LOOKS, visit } from "./world/browser.ts";
import { violationsOf } from "./world/audit-page.ts";
import { seedHostStates } from "./world/seed-host-states.ts";
import { seedPublishing, type SeededPublishing } from "./world/seed-publishing.ts";
import { EMPTY_SCREENS, fullScreens, hostStateScreens, publishingScreens, type ScreenAddress } from "./world/screens.ts";
import { HAS_BROWSER, useWorld } from "./world/test-world.ts";

const themes = LOOKS.filter((look) => look.width === 1440);
/** The last is a small window at 200 % zoom. */
const SIZES = [...LOOKS.filter((look) => look.theme === "light"), { width: 512, height: 400 }];

/** A page that has just been made smaller may need a few frames. */
const SETTLES_MS = 5000;

/** Everything wrong with a screen that a machine can see: broken WCAG rules, and a page that scrolls sideways. */
async function faultsOf(page: Page, screen: ScreenAddress): Promise<readonly unknown[]> {
  await visit(page, screen.path);
  const faults: unknown[] = (await violationsOf(page)).map((violation) => ({ screen: screen.name, ...violation }));
  for (const { width, height } of SIZES) {
    await page.setViewportSize({ width, height });
    const fits = page.waitForFunction(() => document.documentElement.scrollWidth <= innerWidth, undefined, { timeout: SETTLES_MS });
    if (!(await fits.then(Boolean, () => false))) faults.push(`${screen.name} scrolls sideways at ${width}`);
  }
  return faults;
}

async function faultsOfAll(page: Page, screens: readonly ScreenAddress[]): Promise<readonly unknown[]> {
  const faults: unknown[] = [];
  for (const screen of screens) faults.push(...(await faultsOf(page, screen)));
  return faults;
}

describe.skipIf(!HAS_BROWSER)("every screen of a busy control plane", () => {
  const { seeded, window } = useWorld();
  it.each(themes)("passes axe, keeps the content security policy and fits at all sizes, $theme", async (look) => {
    const { page, complaints } = await window(look);
    expect(await faultsOfAll(page, fullScreens(seeded()))).toEqual([]);
    expect(complaints).toEqual([]);
  });
});

describe.skipIf(!HAS_BROWSER)("every screen of releases on their way and of operators who sign", () => {
  const { world, seeded, window } = useWorld();
  const publishing: SeededPublishing[] = [];
  beforeAll(async () => {
    if (HAS_BROWSER) publishing.push(await seedPublishing(world(), seeded().application));
  });
  it.each(themes)("passes axe, keeps the content security policy and fits at all sizes, $theme", async (look) => {
    const { page, complaints } = await window(look);
    expect(await faultsOfAll(page, publishingScreens(seeded(), publishing[0]!))).toEqual([]);
    expect(complaints).toEqual([]);
  });
});

describe.skipIf(!HAS_BROWSER)("every page of a host that is not simply well", () => {
  const { world, window } = useWorld(false);
  const pages: ScreenAddress[] = [];
  beforeAll(async () => {
    if (HAS_BROWSER) pages.push(...hostStateScreens(await seedHostStates(world())));
  });
  it.each(themes)("passes axe, keeps the content security policy and fits at all sizes, $theme", async (look) => {
    const { page, complaints } = await window(look);
    expect(pages.length).toBeGreaterThan(8);
    expect(await faultsOfAll(page, pages)).toEqual([]);
    expect(complaints).toEqual([]);
  });
});

describe.skipIf(!HAS_BROWSER)("every screen of an empty control plane", () => {
  const { window } = useWorld(false);
  it.each(themes)("passes axe, keeps the content security policy and fits at all sizes, $theme", async (look) => {
    const { page, complaints } = await window(look);
    expect(await faultsOfAll(page, EMPTY_SCREENS)).toEqual([]);
    expect(complaints).toEqual([]);
  });
});
