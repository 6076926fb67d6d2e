import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";

const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/** One broken rule of accessibility, and where. */
export type Violation = { readonly rule: string; readonly where: readonly string[] };

/** Runs axe on what the page shows now. The source is evaluated from outside, as the page's policy lets no script in. */
export async function violationsOf(page: Page): Promise<readonly Violation[]> {
  const source = await readFile(AXE, "utf8");
  await page.evaluate(source);
  return page.evaluate(async (tags) => {
    const { axe } = window as unknown as {
      axe: {
        run: (
          context: Document,
          options: object,
        ) => Promise<{ violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] }>;
      };
    };
    const { violations } = await axe.run(document, { runOnly: { type: "tag", values: tags } });
    return violations.map(({ id, nodes }) => ({
      rule: id,
      where: nodes.slice(0, 4).map((node) => `${node.html.slice(0, 200)} :: ${node.failureSummary.slice(0, 240)}`),
    }));
  }, RULES);
}

/** The same in both themes, one after the other, once the page has followed; leaves it in the light one. */
export async function violationsInBothThemes(page: Page): Promise<readonly unknown[]> {
  const found: unknown[] = [];
  for (const colorScheme of ["dark", "light"] as const) {
    await page.emulateMedia({ colorScheme });
    await page.locator(`html[data-mantine-color-scheme=${colorScheme}]`).waitFor({ state: "attached" });
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
    found.push(...(await violationsOf(page)));
  }
  return found;
}
