import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { ensureRenderer } from "#main/build/renderer-build.ts";
import { openDesktop } from "./boot-desktop.ts";
import { CHROMIUM } from "#test/builders/chromium.ts";
import { openPage, PAGE_ORIGIN } from "./chromium-page.ts";

const CORE = `await import(${JSON.stringify(pathToFileURL(resolve("main/desktop/host/control-plane-process.ts")).href)});`;
const reason = existsSync(CHROMIUM) ? undefined : `there is no ${CHROMIUM}`;

describe("the console in the desktop's window, shown by Chromium", () => {
  beforeEach((context) => context.skip(reason !== undefined, reason));
  beforeAll(async () => {
    if (reason === undefined) await ensureRenderer({ log: () => undefined });
  }, 120_000);

  it("lives under the desktop's policy, on its port, and follows it", async () => {
    const desktop = await openDesktop({ core: CORE, args: ["--port", "0"] });
    await desktop.until("ready");
    const page = await openPage(desktop.window.webContents, desktop.call);
    const complaints: string[] = [];
    page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));

    await page.goto(`${PAGE_ORIGIN}/`);
    await page.getByText("Live", { exact: true }).waitFor();
    await page.getByRole("heading", { name: "Home" }).waitFor();

    desktop.electron.Menu.application!.click("Settings");
    await page.waitForURL(`${PAGE_ORIGIN}/settings`);
    await page.goto(`${PAGE_ORIGIN}/settings/about`);
    await page.getByText(desktop.dataFolder).first().waitFor();

    await page.getByRole("button", { name: "Switch to dark" }).click();
    await vi.waitFor(() => expect(desktop.electron.nativeTheme.themeSource).toBe("dark"));
    expect(complaints).toEqual([]);
  });

  it("says when the control plane is gone, and is live again by itself when it is back", async () => {
    const desktop = await openDesktop({ core: CORE, args: ["--port", "0"] });
    await desktop.until("ready");
    const page = await openPage(desktop.window.webContents, desktop.call);
    await page.goto(`${PAGE_ORIGIN}/fleets`);
    await page.getByText("Live", { exact: true }).waitFor();
    desktop.electron.utilityProcess.forked.at(-1)!.process.kill();
    await page.getByText("Reconnecting").first().waitFor();
    await page.getByText("Live", { exact: true }).waitFor();
    expect(desktop.electron.utilityProcess.forked).toHaveLength(2);
  });

  it("shows why the control plane does not run, and starts it again when asked", async () => {
    const refusing = `process.parentPort.postMessage({ kind: "refused", code: "ENV_PORT_IN_USE", message: "Port 7420 is taken; nothing was started.", next: "Choose another port." });`;
    const desktop = await openDesktop({ core: refusing });
    await desktop.until("stopped");
    const page = await openPage(desktop.window.webContents, desktop.call);
    await page.goto(`${PAGE_ORIGIN}/`);
    // Opening the page tried once more by itself.
    await page.getByText("Port 7420 is taken; nothing was started.").waitFor();
    const before = desktop.electron.utilityProcess.forked.length;
    await page.getByRole("button", { name: "Try again" }).first().click();
    await vi.waitFor(() => expect(desktop.electron.utilityProcess.forked).toHaveLength(before + 1));
  });
});
