import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { openDesktop, scriptedCore } from "./boot-desktop.ts";

describe("the window's pages", () => {
  it("come from the bundle, with a policy header and a nonce of their own for each load", async () => {
    const { electron } = await openDesktop();
    const serve = electron.protocol.handlers.get("app")!;
    const load = async () => {
      const response = await serve(new Request("app://rollcall/rollouts/42"));
      return { html: await response.text(), policy: response.headers.get("content-security-policy") ?? "", headers: response.headers };
    };
    const [first, second] = [await load(), await load()];
    const nonce = /content="([^"]+)"/.exec(first.html)?.[1] ?? "";
    expect(nonce.length).toBeGreaterThanOrEqual(20);
    expect(first.policy).toContain(`style-src 'self' 'nonce-${nonce}'`);
    expect(first.policy).toContain("default-src 'none'");
    expect(second.html).not.toBe(first.html);
    expect(first.headers.get("x-content-type-options")).toBe("nosniff");
    const asset = await serve(new Request("app://rollcall/assets/index.js"));
    expect([asset.status, asset.headers.get("content-type")]).toEqual([200, "text/javascript; charset=utf-8"]);
  });

  it.each([
    ["app://rollcall/assets/%2e%2e/%2e%2e/package.json", 403],
    ["app://rollcall/assets%2findex.js", 400],
    ["app://rollcall/assets/index.js%00", 400],
    ["app://evil/assets/index.js", 403],
    ["app://rollcall/assets/missing.js", 404],
  ])("do not include %s", async (address, status) => {
    const { electron } = await openDesktop();
    // A plain object: the Request of this Node would already refuse or repair some of these addresses.
    const request = { url: address, method: "GET" };
    // Why the cast: the handler reads these two fields only.
    expect((await electron.protocol.handlers.get("app")!(request as Request)).status).toBe(status);
  });

  it("ask for permissions in vain, but for copying and notifications", async () => {
    const { electron } = await openDesktop();
    const { check, request, device, capture } = electron.session.defaultSession;
    const ours = { requestingUrl: "app://rollcall/fleets", isMainFrame: true };
    const asked = (permission: string, details: object): boolean => {
      let granted: boolean | undefined;
      request!(undefined, permission, (answer) => (granted = answer), details);
      expect(check!(undefined, permission, "app://rollcall", details)).toBe(granted);
      return granted!;
    };
    expect(["clipboard-sanitized-write", "notifications", "media", "usb", "geolocation"].map((one) => asked(one, ours))).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
    expect(asked("notifications", { ...ours, requestingUrl: "https://evil.example/" })).toBe(false);
    expect(device!()).toBe(false);
    const streams: unknown[] = [];
    capture!({}, (answer) => streams.push(answer));
    expect(streams).toEqual([null]);
  });

  it("go nowhere else, in no way", async () => {
    const { electron, window } = await openDesktop();
    const { webContents } = window;
    for (const event of ["will-navigate", "will-frame-navigate", "will-redirect"]) {
      expect(webContents.navigate(event, { url: "https://evil.example/", isMainFrame: true })).toBe(true);
      expect(webContents.navigate(event, { url: "app://rollcall/", isMainFrame: false })).toBe(true);
      expect(webContents.navigate(event, { url: "app://rollcall/audit", isMainFrame: true })).toBe(false);
    }
    expect(webContents.navigate("will-attach-webview", { url: "app://rollcall/", isMainFrame: true })).toBe(true);
    expect(webContents.openHandler!({ url: "https://evil.example/" })).toEqual({ action: "deny" });
    expect(electron.dialog.asked).toEqual([]);
    expect(electron.shell.opened).toEqual([]);
  });

  it("offer a known link to the browser, with its host, and open it only when the person agrees", async () => {
    const { electron, window } = await openDesktop();
    expect(window.webContents.openHandler!({ url: "https://github.com/x" })).toEqual({ action: "deny" });
    expect(electron.dialog.asked.at(-1)).toMatchObject({ message: "Open github.com in your browser?", detail: "https://github.com/x" });
    electron.dialog.pressed = 1;
    expect(window.webContents.navigate("will-frame-navigate", { url: "https://github.com/y", isMainFrame: true })).toBe(true);
    await vi.waitFor(() => expect(electron.shell.opened).toEqual(["https://github.com/y"]));
  });
});

describe("the window", () => {
  it("hides when it is closed, says so once, and comes back where it was", async () => {
    const { electron, window, dataFolder } = await openDesktop();
    window.close();
    expect([window.visible, window.destroyed]).toEqual([false, false]);
    window.close();
    expect(electron.Notification.shown.map((each) => each.options.title)).toEqual(["Rollcall keeps running"]);
    electron.Tray.all[0]!.menu!.click("Open Rollcall");
    expect(window.visible).toBe(true);
    await vi.waitFor(async () => {
      expect(JSON.parse(await readFile(join(dataFolder, "desktop/window.json"), "utf8"))).toMatchObject({
        toldAboutTray: true,
        window: { x: 100, width: 1200 },
      });
    });
    const again = await openDesktop({ dataFolder });
    expect(again.window.options).toMatchObject({ x: 100, y: 50, width: 1200, height: 800 });
  });

  it("is shown again by a second start, and by a deep link at its view", async () => {
    const { electron, window, told } = await openDesktop();
    window.close();
    electron.app.emit("second-instance", {}, ["electron", "--data", "/x"]);
    expect(window.visible).toBe(true);
    electron.app.emit("second-instance", {}, ["electron", "rollcall://open/audit"]);
    electron.app.emit("open-url", { preventDefault: () => undefined }, "rollcall://open/fleets");
    electron.app.emit("open-url", { preventDefault: () => undefined }, "rollcall://rollback/now");
    expect(told().filter((message) => message.kind === "rollcall.go")).toEqual([
      { kind: "rollcall.go", path: "/audit" },
      { kind: "rollcall.go", path: "/fleets" },
    ]);
  });

  it("follows the menu", async () => {
    const { electron, told, dataFolder } = await openDesktop();
    electron.Menu.application!.click("Rollouts");
    expect(told().at(-1)).toEqual({ kind: "rollcall.go", path: "/rollouts" });
    electron.Menu.application!.click("Show data folder");
    expect(electron.shell.opened).toEqual([dataFolder]);
  });

  it("loads its page again when the page's process ended", async () => {
    const { window } = await openDesktop();
    window.webContents.emit("render-process-gone", {}, { reason: "crashed" });
    window.webContents.emit("render-process-gone", {}, { reason: "clean-exit" });
    expect(window.webContents.reloads).toBe(1);
  });

  it("hears what needs a person through tray and notifications while nobody looks at it", async () => {
    const attention = [{ title: "web 1.5.0 tripped", detail: "2 of 3 hosts failed", href: "/rollouts/1" }];
    const { electron, told } = await openDesktop({
      core: scriptedCore(`setTimeout(() => send(${JSON.stringify({ kind: "activity", activity: { moving: 1, attention } })}), 0);`),
    });
    await vi.waitFor(() =>
      expect(electron.Notification.shown.map((each) => each.options)).toEqual([
        { title: "web 1.5.0 tripped", body: "2 of 3 hosts failed" },
      ]),
    );
    expect(electron.Tray.all[0]!.tooltip).toBe("Rollcall: 1 needs you, 1 rollout moving");
    electron.Notification.shown[0]!.emit("click");
    expect(told().at(-1)).toEqual({ kind: "rollcall.go", path: "/rollouts/1" });
  });
});
