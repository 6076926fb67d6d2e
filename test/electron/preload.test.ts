import { beforeEach, describe, expect, it, vi } from "vitest";
import { MessageChannel } from "node:worker_threads";
import { SHELL_CALL_CHANNEL, SHELL_MESSAGE_CHANNEL, VERSION_ARGUMENT } from "#shared/contract/shell-names.ts";
import { aRequest } from "#test/builders/signing-requests.ts";
import type { RollcallShell } from "#shared/contract/shell.ts";

/** Loads the preload anew into a page at `origin`; a page in a frame has another window on top. */
async function loadPreload(origin = "app://rollcall", framed = false) {
  vi.resetModules();
  const posted: { readonly message: unknown; readonly target: unknown; readonly ports: unknown }[] = [];
  const page = { postMessage: (message: unknown, target: unknown, ports: unknown) => posted.push({ message, target, ports }) };
  vi.stubGlobal("window", Object.assign(page, { top: framed ? {} : page }));
  vi.stubGlobal("location", { origin });
  const electron = await import("#test/fakes/electron/electron.ts");
  vi.doMock("electron", () => electron);
  await import("../../preload/index.ts");
  // Why the cast: what crosses the bridge has the type that shared/contract gives it.
  const shell = electron.exposed.get("rollcallShell") as RollcallShell<File> | undefined;
  return { electron, posted, shell: shell!, exposed: electron.exposed };
}

beforeEach(() => vi.unstubAllGlobals());

describe("the preload", () => {
  it("exposes one small object and nothing else", async () => {
    const { exposed, shell } = await loadPreload();
    expect([...exposed.keys()]).toEqual(["rollcallShell"]);
    expect(Object.entries(shell).map(([name, value]) => `${name}: ${typeof value}`)).toMatchInlineSnapshot(`
      [
        "facts: object",
        "connect: function",
        "pathForFile: function",
        "pickFiles: function",
        "setTheme: function",
        "setProgress: function",
        "holdQuit: function",
        "openExternal: function",
        "showDataFolder: function",
        "trust: object",
      ]
    `);
  });

  it("leaks nothing of Electron through what it exposes", async () => {
    const { shell } = await loadPreload();
    expect(JSON.stringify(shell)).toBe(JSON.stringify({ facts: shell.facts, trust: {} }));
    expect(Object.keys(shell.trust)).toEqual(["keys", "createKey", "sign"]);
    for (const value of [...Object.values(shell), ...Object.values(shell.trust)])
      expect(typeof value === "function" ? Object.keys(value) : []).toEqual([]);
  });

  it.each([
    ["a page of another origin", "https://evil.example", false],
    ["an opaque page", "null", false],
    ["a sub-frame of our own origin", "app://rollcall", true],
  ])("gives nothing to %s, and hears nothing for it", async (_who, origin, framed) => {
    const { exposed, electron, posted } = await loadPreload(origin, framed);
    electron.ipcRenderer.receive(SHELL_MESSAGE_CHANNEL, { kind: "rollcall.port" }, []);
    expect([...exposed.keys()]).toEqual([]);
    expect(posted).toEqual([]);
  });

  it("sends each call as one plain message on the one channel", async () => {
    const { electron, shell } = await loadPreload();
    const sent: unknown[] = [];
    electron.ipcRenderer.invoked = (channel, payload) => {
      sent.push([channel, payload]);
      return Promise.resolve({ ok: true, value: ["/a", 7, "/b"] });
    };
    await shell.connect();
    expect(await shell.pickFiles()).toEqual(["/a", "/b"]);
    await shell.setTheme("dark");
    await shell.setProgress(0.5);
    await shell.setProgress(undefined);
    await shell.holdQuit(["A draft"]);
    expect(await shell.openExternal("https://github.com")).toBe(false);
    await shell.showDataFolder();
    expect(sent).toEqual(
      [
        { call: "connect" },
        { call: "pickFiles" },
        { call: "setTheme", theme: "dark" },
        { call: "setProgress", fraction: 0.5 },
        { call: "setProgress" },
        { call: "holdQuit", reasons: ["A draft"] },
        { call: "openExternal", url: "https://github.com" },
        { call: "showDataFolder" },
      ].map((payload) => [SHELL_CALL_CHANNEL, payload]),
    );
  });

  it("asks for keys and signatures as text, and passes on nothing of another shape", async () => {
    const { electron, shell } = await loadPreload();
    const key = { keyId: "1".repeat(64), label: "Laptop", publicKey: "A".repeat(43), createdAt: 1 };
    const answers: unknown[] = [[key, { privateKey: "x" }, 7], key, {}, { kind: "rollcall.signatures" }, undefined];
    const sent: unknown[] = [];
    electron.ipcRenderer.invoked = (_channel, payload) => {
      sent.push(payload);
      return Promise.resolve({ ok: true, value: answers.shift() });
    };
    const request = aRequest({ intent: { kind: "renew" }, documents: { "2.targets.json": "{}" } });
    expect(await shell.trust.keys()).toEqual([key]);
    expect(await shell.trust.createKey("Laptop")).toEqual(key);
    await expect(shell.trust.createKey("Laptop")).rejects.toThrow("The shell gave no key.");
    expect(await shell.trust.sign(request, key.keyId)).toEqual({ kind: "rollcall.signatures" });
    expect(await shell.trust.sign(request, key.keyId)).toBeUndefined();
    const signing = { call: "trustSign", request: JSON.stringify(request), keyId: key.keyId };
    const making = { call: "trustCreateKey", label: "Laptop" };
    expect(sent).toEqual([{ call: "trustKeys" }, making, making, signing, signing]);
  });

  it.each([
    [
      { ok: false, code: "RATE_LIMITED", message: "Too many calls at once; nothing was done." },
      "Too many calls at once; nothing was done.",
    ],
    [undefined, "The shell gave no answer."],
    ["nonsense", "The shell gave no answer."],
  ])("turns %j into a rejection with a sentence", async (answer, message) => {
    const { electron, shell } = await loadPreload();
    electron.ipcRenderer.invoked = () => Promise.resolve(answer);
    await expect(shell.connect()).rejects.toThrow(message);
  });

  it("gives the path of a file that lies on a disk, and an empty text for any other", async () => {
    const { electron, shell } = await loadPreload();
    const file = new File(["x"], "web-1.2.3");
    electron.filePaths.set(file, "/home/ana/web-1.2.3");
    expect(shell.pathForFile(file)).toBe("/home/ana/web-1.2.3");
    expect(shell.pathForFile(new File(["y"], "made-by-script"))).toBe("");
    electron.webUtils.getPathForFile = () => {
      throw new TypeError("not a File");
    };
    expect(shell.pathForFile(file)).toBe("");
  });

  it("relays what the shell says, with its port, to its own page only", async () => {
    const { electron, posted } = await loadPreload();
    const { port1, port2 } = new MessageChannel();
    electron.ipcRenderer.receive(SHELL_MESSAGE_CHANNEL, { kind: "rollcall.port" }, [port1]);
    expect(posted).toEqual([{ message: { kind: "rollcall.port" }, target: "app://rollcall", ports: [port1] }]);
    port1.close();
    port2.close();
  });

  it("tells the page which application it runs in", async () => {
    process.argv.push(`${VERSION_ARGUMENT}1.2.3`);
    try {
      const { shell } = await loadPreload();
      expect(shell.facts).toEqual({ platform: process.platform, version: "1.2.3" });
    } finally {
      process.argv.pop();
    }
  });
});
