import { access } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { WINDOW_SECURITY } from "#main/desktop/security/window-security.ts";
import { bootDesktop, openDesktop } from "./boot-desktop.ts";

describe("the boot of the desktop", () => {
  it("does what Electron takes only before it is ready, in its order", async () => {
    const { electron, dataFolder } = await bootDesktop();
    expect(electron.app.calls).toEqual(["enableSandbox()", "setPath(userData)", "requestSingleInstanceLock()", "whenReady()"]);
    expect(electron.app.paths.get("userData")).toBe(join(dataFolder, "desktop"));
    expect(electron.protocol.privileged).toEqual([
      { scheme: "app", privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
    ]);
    await expect(access(join(dataFolder, "desktop"))).resolves.toBeUndefined();
    expect(electron.BrowserWindow.all).toEqual([]);
  });

  it("opens one window with exactly the frozen security options", async () => {
    const { electron, window } = await openDesktop();
    expect(electron.BrowserWindow.all).toHaveLength(1);
    expect(window.options["webPreferences"]).toEqual({
      ...WINDOW_SECURITY,
      preload: join(electron.app.appPath, "dist/preload/index.cjs"),
      additionalArguments: ["--rollcall-version=0.1.0"],
    });
    expect(WINDOW_SECURITY).toEqual({
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      safeDialogs: true,
      spellcheck: false,
    });
    expect(Object.isFrozen(WINDOW_SECURITY)).toBe(true);
    expect(window.visible).toBe(true);
    expect(window.webContents.url).toBe("app://rollcall/");
  });

  it("leaves at once, without a window, when another instance holds the data folder", async () => {
    const { electron } = await bootDesktop({ hasLock: false });
    expect(electron.app.calls.at(-1)).toBe("quit()");
    expect(electron.app.calls).not.toContain("whenReady()");
    expect(electron.app.ended).toBe(0);
  });

  it("starts the control plane with its own arguments and a scrubbed environment", async () => {
    process.env["NODE_OPTIONS"] ??= "";
    const { electron, dataFolder, until } = await openDesktop({ args: ["--port", "0"] });
    await until("ready");
    const forked = electron.utilityProcess.forked[0]!.with;
    expect(forked.file).toBe(join(electron.app.appPath, "dist/desktop/control-plane-process.js"));
    expect(forked.args).toEqual(["--data", dataFolder, "--port", "0"]);
    expect(forked.options).toMatchObject({ stdio: "pipe", execArgv: [] });
    expect(Object.keys(forked.options.env).filter((name) => /^(NODE_|ELECTRON_|npm_)/.test(name))).toEqual([]);
  });

  it("shows the view of a deep link that it was started with", async () => {
    const { window } = await openDesktop({ args: ["rollcall://open/rollouts/42"] });
    expect(window.webContents.url).toBe("app://rollcall/rollouts/42");
  });

  it("ends with a sentence and a code, never a stack trace, when its options make no sense", async () => {
    const { electron } = await bootDesktop({ args: ["--port", "seven"] });
    expect(electron.dialog.errors).toEqual([
      {
        title: "Rollcall cannot go on",
        content: `--port takes a number from 0 to 65535, not "seven"; nothing was started.\n\nCorrect the named field and send it again. (INPUT_INVALID)`,
      },
    ]);
    expect(electron.app.ended).toBe(2);
  });
});
