import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { visit } from "./world/browser.ts";
import { HAS_BROWSER, useWorld } from "./world/test-world.ts";

const heading = (page: Page) => page.locator("main h1");
const focusedRow = (page: Page) =>
  page.evaluate(() => document.activeElement?.closest("[role=row]")?.getAttribute("aria-rowindex") ?? undefined);

describe.skipIf(!HAS_BROWSER)("the console without a mouse", () => {
  const { seeded, window } = useWorld();

  it("goes places by two letters, and leaves letters alone while somebody types", async () => {
    const { page } = await window();
    await page.keyboard.press("g");
    await page.keyboard.press("f");
    await heading(page).filter({ hasText: "Fleets" }).waitFor();
    await visit(page, `/fleets/${seeded().fleet.id}`);
    await page.keyboard.press("/");
    await page.keyboard.type("g h edge-can");
    expect(await page.locator("[data-filter-field]").inputValue()).toBe("g h edge-can");
    expect(page.url()).toContain("/fleets/");
  });

  it("finds commands and things in the palette, and says why one cannot run", async () => {
    const { page } = await window();
    await page.keyboard.press("Control+k");
    const search = page.getByRole("textbox", { name: "Search or run a command" });
    await search.fill("edge-eu");
    await page.getByRole("dialog").getByText("edge-eu", { exact: true }).first().waitFor();
    await page.keyboard.press("Enter");
    await heading(page).filter({ hasText: "edge-eu" }).waitFor();
    await page.keyboard.press("Control+k");
    await search.fill("pause this rollout");
    await page.getByText("It needs another view").waitFor();
    await page.keyboard.press("Escape");
    await expect.poll(() => search.isVisible()).toBe(false);
  });

  it("moves through rows, opens one, goes on to the next and comes back", async () => {
    const { page } = await window();
    await visit(page, `/fleets/${seeded().fleet.id}`);
    await page.locator("[role=row][tabindex='0']").focus();
    await page.keyboard.press("j");
    await page.keyboard.press("ArrowDown");
    await expect.poll(() => focusedRow(page)).toBe("4");
    await page.keyboard.press("k");
    await expect.poll(() => focusedRow(page)).toBe("3");
    await page.keyboard.press("Enter");
    await heading(page).filter({ hasText: "edge-02" }).waitFor();
    await page.keyboard.press("]");
    await heading(page).filter({ hasText: "edge-03" }).waitFor();
    await page.keyboard.press("[");
    await heading(page).filter({ hasText: "edge-02" }).waitFor();
    await page.goBack();
    await heading(page).filter({ hasText: "edge-03" }).waitFor();
  });

  it("closes one layer by Escape and gives the focus back", async () => {
    const { page } = await window();
    await visit(page, "/fleets");
    const opener = page.getByRole("button", { name: "Create a fleet" });
    await opener.focus();
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").waitFor();
    await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute("placeholder"))).toBe("production");
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "hidden" });
    await expect.poll(() => opener.evaluate((button) => button === document.activeElement)).toBe(true);
  });

  it("shows every key on request, and turns single letters off for good", async () => {
    const { page } = await window();
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keys and help" }).waitFor();
    await page.getByRole("switch", { name: "Single-letter keys" }).click();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "hidden" });
    await page.reload();
    await heading(page).waitFor();
    await page.keyboard.press("g");
    await page.keyboard.press("f");
    await page.keyboard.press("Control+k");
    await page.getByRole("textbox", { name: "Search or run a command" }).waitFor();
    expect(new URL(page.url()).pathname).toBe("/");
  });

  it("skips to the content first thing", async () => {
    const { page } = await window();
    await page.reload();
    await heading(page).waitFor();
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Skip to the content");
    await page.keyboard.press("Enter");
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("main");
  });

  it("keeps the theme that was chosen", async () => {
    const { page } = await window();
    await page.getByRole("button", { name: "Switch to dark" }).click();
    await page.reload();
    await page.getByRole("button", { name: "Switch to light" }).waitFor();
    expect(await page.evaluate(() => document.documentElement.dataset["mantineColorScheme"])).toBe("dark");
  });
});
