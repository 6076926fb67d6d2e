import type { Browser, BrowserContext, Page } from "playwright-core";

/** How a page is looked at. */
export type Look = { readonly theme: "light" | "dark"; readonly width: number; readonly height: number };

/** Both themes at both sizes that every screen is drawn for. */
export const LOOKS: readonly Look[] = [
  { theme: "light", width: 1440, height: 900 },
  { theme: "dark", width: 1440, height: 900 },
  { theme: "light", width: 1024, height: 700 },
  { theme: "dark", width: 1024, height: 700 },
];

/** A logged-in window and what went wrong in it: policy violations, page errors, errors on its console. */
export type Window = { readonly context: BrowserContext; readonly page: Page; readonly complaints: readonly string[] };

/** Opens a window and logs in by the one-time link. */
export async function openWindow(browser: Browser, loginUrl: string, look: Look): Promise<Window> {
  const context = await browser.newContext({
    viewport: { width: look.width, height: look.height },
    colorScheme: look.theme,
    reducedMotion: "reduce",
    permissions: ["clipboard-read", "clipboard-write"],
    ignoreHTTPSErrors: true,
    locale: "en-GB",
    timezoneId: "UTC",
  });
  // What a page waits for comes when the machine has time for it; a test ends by its own deadline.
  context.setDefaultTimeout(90_000);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(`page error: ${error.message}`));
  page.on("response", (response) => {
    if (response.status() >= 400) complaints.push(`${response.status()} ${new URL(response.url()).pathname}`);
  });
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(`console: ${message.text()} (${message.location().url})`);
  });
  await page.addInitScript(() => {
    addEventListener("securitypolicyviolation", (event) =>
      console.error(`policy violation: ${event.violatedDirective} ${event.blockedURI}`),
    );
  });
  await page.goto(loginUrl);
  await page.locator("nav[aria-label=Places]").waitFor();
  return { context, page, complaints };
}

/** Goes to a path of the console and waits until its content stands: no skeleton is left, and the feed is open. */
export async function visit(page: Page, path: string): Promise<void> {
  await page.evaluate((to) => history.pushState(null, "", to), path);
  await page.locator("main h1, main [role=alert]").first().waitFor();
  await page.locator("main [aria-busy=true]").waitFor({ state: "detached" });
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
}
