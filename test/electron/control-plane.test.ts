import { once } from "node:events";
import { describe, expect, it, vi } from "vitest";
import { openDesktop, scriptedCore } from "./boot-desktop.ts";

const REFUSING = `process.parentPort.postMessage({ kind: "refused", code: "ENV_DATA_IN_USE", message: "Another Rollcall uses the data folder; nothing was started.", next: "Use the running one." });`;

describe("calls of the window", () => {
  it("are answered to the main frame of our own page only", async () => {
    const { electron, call, window } = await openDesktop();
    const frame = { url: "app://rollcall/", origin: "app://rollcall", parent: null };
    electron.dialog.picked = ["/home/ana/web-1.2.3"];
    expect(await call({ call: "pickFiles" })).toEqual({ ok: true, value: ["/home/ana/web-1.2.3"] });
    const stranger = new electron.BrowserWindow({}).webContents;
    const forged = [
      await call({ call: "pickFiles" }, { ...frame, origin: "https://evil.example", url: "https://evil.example/" }),
      await call({ call: "pickFiles" }, { ...frame, parent: frame } as never),
      await call({ call: "pickFiles" }, null),
      await call({ call: "pickFiles" }, frame, stranger),
    ];
    expect(forged.map((answer) => answer.ok)).toEqual([false, false, false, false]);
    await expect(electron.ipcMain.call("rollcall:other", window.webContents, frame, {})).rejects.toThrow("No handler");
    expect([...electron.ipcMain.handlers.keys()]).toEqual(["rollcall:call"]);
  });

  it("set theme and progress, open links after asking, and show the data folder", async () => {
    const { electron, call, window, dataFolder } = await openDesktop();
    await call({ call: "setTheme", theme: "dark" });
    await call({ call: "setProgress", fraction: 0.25 });
    expect([electron.nativeTheme.themeSource, window.progress]).toEqual(["dark", 0.25]);
    await call({ call: "setProgress" });
    expect(window.progress).toBe(-1);
    expect(await call({ call: "openExternal", url: "https://github.com/x" })).toEqual({ ok: true, value: false });
    electron.dialog.pressed = 1;
    expect(await call({ call: "openExternal", url: "https://github.com/x" })).toEqual({ ok: true, value: true });
    expect(await call({ call: "openExternal", url: "file:///etc/passwd" })).toEqual({ ok: true, value: false });
    await call({ call: "showDataFolder" });
    expect(electron.shell.opened).toEqual(["https://github.com/x", dataFolder]);
  });
});

describe("the control plane behind the window", () => {
  it("is reached over a port that main only brokers", async () => {
    const { call, window, until } = await openDesktop();
    await until("ready");
    await call({ call: "connect" });
    const port = window.webContents.sent.find(({ ports }) => ports.length > 0)!.ports[0]!;
    port.postMessage("hello");
    expect(await once(port, "message")).toEqual(["heard hello"]);
    port.close();
  });

  it("gives a page that asked too early its port as soon as it runs", async () => {
    const { call, window, until } = await openDesktop();
    await call({ call: "connect" });
    await until("ready");
    await vi.waitFor(() => expect(window.webContents.sent.filter(({ ports }) => ports.length === 1)).toHaveLength(1));
    for (const { ports } of window.webContents.sent) for (const port of ports) port.close();
  });

  it("is started again after a crash, and the window is told both", async () => {
    const { electron, call, window, told, until } = await openDesktop();
    await until("ready");
    await call({ call: "connect" });
    const port = window.webContents.sent.find(({ ports }) => ports.length > 0)!.ports[0]!;
    const closed = once(port, "close");
    port.postMessage("crash");
    await closed;
    await until("restarting");
    await until("ready");
    expect(electron.utilityProcess.forked).toHaveLength(2);
    const states = told().flatMap((message) => (message.kind === "rollcall.core" ? [message.core.state] : []));
    expect(states.slice(-3)).toEqual(["restarting", "starting", "ready"]);
  });

  it("is not started again by itself when it says why it cannot run, but when the person tries again", async () => {
    const { electron, call, told, until } = await openDesktop({ core: REFUSING });
    await until("stopped");
    expect(told().at(-1)).toEqual({
      kind: "rollcall.core",
      core: {
        state: "stopped",
        code: "ENV_DATA_IN_USE",
        message: "Another Rollcall uses the data folder; nothing was started.",
        next: "Use the running one.",
      },
    });
    expect(electron.utilityProcess.forked).toHaveLength(1);
    await call({ call: "connect" });
    expect(electron.utilityProcess.forked).toHaveLength(2);
    await until("stopped");
    electron.Menu.application!.click("Start control plane again");
    expect(electron.utilityProcess.forked).toHaveLength(3);
    await until("stopped");
  });
});

const MOVING = scriptedCore(`standstill = { rollouts: [{ title: "web 1.5.0", state: "running" }], uploads: 0 };`);

describe("quitting", () => {
  it("says which rollouts will stand still, and stays by default", async () => {
    const { electron, until } = await openDesktop({ core: MOVING });
    await until("ready");
    electron.app.quit();
    await vi.waitFor(() => expect(electron.dialog.asked).toHaveLength(1));
    expect(electron.dialog.asked[0]).toMatchObject({
      message: "1 rollout will stand still if you quit",
      buttons: ["Keep running in the background", "Quit"],
    });
    expect(electron.dialog.asked[0]?.detail).toContain("• web 1.5.0 (running)");
    expect(electron.app.ended).toBeUndefined();
  });

  it("stops the control plane first when the person insists", async () => {
    const { electron, until } = await openDesktop({ core: MOVING });
    await until("ready");
    const gone = once(electron.utilityProcess.forked[0]!.process, "exit");
    electron.dialog.pressed = 1;
    const ended = once(electron.app, "ended-for-test");
    electron.Tray.all[0]!.menu!.click("Quit Rollcall");
    expect(await gone).toEqual([0]);
    await ended;
    expect(electron.app.ended).toBe(0);
  });

  it("asks nothing when nothing would stand still", async () => {
    const { electron, until } = await openDesktop();
    await until("ready");
    const ended = once(electron.app, "ended-for-test");
    electron.app.quit();
    await ended;
    expect([electron.dialog.asked, electron.app.ended]).toEqual([[], 0]);
  });

  it("names what the window holds", async () => {
    const { electron, call, until } = await openDesktop();
    await until("ready");
    await call({ call: "holdQuit", reasons: ["The draft of web 1.6.0 is not saved"] });
    electron.app.quit();
    await vi.waitFor(() => expect(electron.dialog.asked[0]?.detail).toContain("The draft of web 1.6.0 is not saved"));
  });

  it("is an order when the machine shuts down", async () => {
    const { electron, until } = await openDesktop({ core: MOVING });
    await until("ready");
    const ended = once(electron.app, "ended-for-test");
    electron.powerMonitor.emit("shutdown");
    await ended;
    expect([electron.dialog.asked, electron.app.ended]).toEqual([[], 0]);
  });
});
