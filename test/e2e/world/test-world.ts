import { existsSync } from "node:fs";
import { afterAll, beforeAll } from "vitest";
import type { Browser } from "playwright-core";
import { CHROMIUM, launchChromium } from "#test/builders/chromium.ts";
import { openWindow, type Look, type Window } from "./browser.ts";
import { seed, type Seeded } from "./seed.ts";
import { openWorld, type World } from "./world.ts";

/** False where the machine has no Chromium: then there is nothing to look with, and the suite says so by skipping. */
export const HAS_BROWSER = existsSync(CHROMIUM);

const WIDE: Look = { theme: "light", width: 1440, height: 900 };

/** What a suite needs: one world, one browser, and windows that are closed at the end. */
export type TestWorld = {
  readonly world: () => World;
  readonly seeded: () => Seeded;
  readonly window: (look?: Look) => Promise<Window>;
};

/** Opens one world for all tests of a suite. With `isSeeded` false it stays empty. */
export function useWorld(isSeeded = true): TestWorld {
  const held: { world?: World; browser?: Browser; seeded?: Seeded } = {};
  beforeAll(async () => {
    if (!HAS_BROWSER) return;
    held.world = await openWorld();
    if (isSeeded) held.seeded = await seed(held.world);
    held.browser = await launchChromium();
  });
  afterAll(async () => {
    await held.browser?.close();
    await held.world?.stop();
  });
  return {
    world: () => held.world!,
    seeded: () => held.seeded!,
    window: async (look = WIDE) => openWindow(held.browser!, await held.world!.loginUrl(), look),
  };
}
