import { existsSync } from "node:fs";
import { afterAll, beforeAll, onTestFailed } from "vitest";
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

/** Characters of a page, which is where a test stood when it failed. */
const LONGEST_PAGE = 3000;

async function sayWhatStands({ page, complaints }: Window): Promise<void> {
  const text = await page.locator("body").innerText({ timeout: 5_000 });
  process.stdout.write(`\nAt ${new URL(page.url()).pathname} stands:\n${text.slice(0, LONGEST_PAGE)}\n${complaints.join("\n")}\n`);
}

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
    window: async (look = WIDE) => {
      const window = await openWindow(held.browser!, await held.world!.loginUrl(), look);
      onTestFailed(() => sayWhatStands(window));
      return window;
    },
  };
}
