import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { _electron, type ElectronApplication, type Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { hasDisplay } from "#main/launcher/choose-shell.ts";
import { findElectron } from "#main/launcher/electron-program.ts";

const electron = findElectron(resolve("node_modules/electron"), process.env["ELECTRON_OVERRIDE_DIST_PATH"]);

/** Why this machine cannot run the real Electron, or undefined when it can. */
function whyNot(): string | undefined {
  if (electron.kind !== "present") return "there is no Electron program (npx install-electron fetches it)";
  if (!hasDisplay(process.platform, process.env)) return "there is no display (xvfb-run gives one)";
  return process.getuid?.() === 0 ? "Electron does not run its sandbox as root" : undefined;
}

const reason = whyNot();

describe("the desktop on a real Electron", () => {
  const program = electron.kind === "present" ? electron.program : "";
  let dataFolder: string;
  let application: ElectronApplication;
  let page: Page;
  const args = (): string[] => [resolve("."), "--data", dataFolder, "--port", "0"];

  beforeEach((context) => context.skip(reason !== undefined, reason));
  beforeAll(async () => {
    if (reason !== undefined) return;
    await promisify(execFile)(process.execPath, ["main/build/build.ts", "renderer", "desktop", "control-plane", "preload"]);
    dataFolder = await mkdtemp(join(tmpdir(), "rollcall-electron-"));
    application = await _electron.launch({ executablePath: program, args: args() });
    page = await application.firstWindow();
  }, 180_000);
  afterAll(async () => {
    if (reason !== undefined) return;
    await application.close().catch(() => undefined);
    await rm(dataFolder, { recursive: true, force: true });
  });

  it("launches with one visible window and no Node in its page", async () => {
    const windows = await application.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().map((window) => window.isVisible()));
    expect(windows).toEqual([true]);
    expect(await page.evaluate(() => ["require", "process", "module"].filter((name) => name in globalThis))).toEqual([]);
  });

  it("loads the console from app:// without one violation of its policy", async () => {
    expect(page.url()).toMatch(/^app:\/\/rollcall\//);
    const violations: string[] = [];
    page.on("console", (message) => /Content Security Policy/.test(message.text()) && violations.push(message.text()));
    await page.reload();
    await page.getByRole("navigation").first().waitFor();
    expect(violations).toEqual([]);
  });

  it("hands the page a port to the control plane, over which it shows its facts", async () => {
    await page.evaluate(() => location.assign("app://rollcall/settings/about"));
    const fact = page.getByText(dataFolder).first();
    await fact.waitFor({ timeout: 30_000 });
    expect(await fact.isVisible()).toBe(true);
  });

  it("shows the running window when it is started a second time", async () => {
    await application.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.hide());
    const second = spawn(program, [...args(), "rollcall://open/audit"], { stdio: "ignore" });
    const [code] = await once(second, "exit");
    expect(code).toBe(0);
    await page.waitForURL("app://rollcall/audit");
    expect(await application.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isVisible())).toBe(true);
  });

  it("quits cleanly, with its control plane", async () => {
    const ended = once(application.process(), "exit");
    await application.evaluate(({ app }) => app.quit());
    expect(await ended).toEqual([0, null]);
  });
});
