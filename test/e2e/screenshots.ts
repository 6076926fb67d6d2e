/** `npm run screenshots [NAME…]`: every screen, empty and full, in both themes and both sizes, into `screenshots/`. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { launchChromium } from "#test/builders/chromium.ts";
import { LOOKS, openWindow, visit, type Look } from "./world/browser.ts";
import { seedHostStates } from "./world/seed-host-states.ts";
import { seedPublishing } from "./world/seed-publishing.ts";
import { EMPTY_SCREENS, fullScreens, hostStateScreens, publishingScreens, type ScreenAddress } from "./world/screens.ts";
import { seed } from "./world/seed.ts";
import { openWorld, type World } from "./world/world.ts";

const FOLDER = join(import.meta.dirname, "../../screenshots");
const wanted = process.argv.slice(2);

const isWanted = (screen: ScreenAddress): boolean => wanted.length === 0 || wanted.includes(screen.name);
const nameOf = (screen: ScreenAddress, state: string, look: Look): string => `${screen.name}-${state}-${look.theme}-${look.width}.png`;

async function shoot(browser: Browser, world: World, state: string, screens: readonly ScreenAddress[]): Promise<number> {
  let complaints = 0;
  for (const look of LOOKS) {
    const window = await openWindow(browser, await world.loginUrl(), look);
    for (const screen of screens.filter(isWanted)) {
      await visit(window.page, screen.path);
      await window.page.locator("[role=dialog] [aria-busy=true]").first().waitFor({ state: "detached" });
      await window.page.screenshot({ path: join(FOLDER, nameOf(screen, state, look)), animations: "disabled" });
    }
    for (const complaint of window.complaints) console.error(`${state}, ${look.theme}, ${look.width}: ${complaint}`);
    complaints += window.complaints.length;
    await window.context.close();
  }
  return complaints;
}

await mkdir(FOLDER, { recursive: true });
const browser = await launchChromium();
const world = await openWorld();
try {
  const empty = await shoot(browser, world, "empty", EMPTY_SCREENS);
  const seeded = await seed(world);
  const full = await shoot(browser, world, "full", fullScreens(seeded));
  // Before the operators sign: from then on nothing is published at once.
  const states = await shoot(browser, world, "full", hostStateScreens(await seedHostStates(world)));
  const publishing = await seedPublishing(world, seeded.application);
  const signed = await shoot(browser, world, "full", publishingScreens(seeded, publishing));
  console.log(`Screens are in ${FOLDER}.`);
  if (empty + full + signed + states > 0) process.exitCode = 1;
} finally {
  await browser.close();
  await world.stop();
}
