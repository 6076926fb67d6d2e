import { once, type EventEmitter } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { onTestFinished, vi } from "vitest";
import { SHELL_CALL_CHANNEL } from "#shared/contract/shell-names.ts";
import { shellMessage, type ShellAnswer, type ShellMessage } from "#shared/contract/shell.ts";
import type * as Fake from "#test/fakes/electron/electron.ts";
import { tempFolder } from "#test/builders/temp-folder.ts";

/** Answers a control plane's process gives without a control plane: ready at once, and whatever `more` adds. */
export function scriptedCore(more = ""): string {
  return `
    const send = (message) => process.parentPort.postMessage(message);
    let standstill = { rollouts: [], uploads: 0 };
    process.parentPort.on("message", ({ data, ports }) => {
      if (data.kind === "askStandstill") send({ kind: "standstill", id: data.id, standstill });
      if (data.kind === "stop") process.exit(0);
      if (data.kind !== "connect") return;
      ports[0].on("message", (event) => event.data === "crash" ? process.exit(139) : ports[0].postMessage("heard " + event.data));
      ports[0].start();
    });
    ${more}
    send({ kind: "ready", url: "http://127.0.0.1:1" });
  `;
}

/** What the test may choose about a boot. */
export type BootOptions = {
  readonly core?: string;
  readonly args?: readonly string[];
  readonly hasLock?: boolean;
  readonly dataFolder?: string;
  /** How the system's keyring stands. */
  readonly keyring?: Partial<Pick<FakeElectron["safeStorage"], "backend" | "isAvailable">>;
};

/** The fake that one boot ran on. */
export type FakeElectron = typeof Fake;

const FRAME = { url: "app://rollcall/", origin: "app://rollcall", parent: null };

/** Boots the real main process, as Electron would, on a fake of its own. Ended when the test ends. */
export async function bootDesktop(options: BootOptions = {}) {
  vi.resetModules();
  const electron: FakeElectron = await import("#test/fakes/electron/electron.ts");
  vi.doMock("electron", () => electron);
  const dataFolder = options.dataFolder ?? (await tempFolder());
  electron.app.appPath = await applicationFolder(options.core ?? scriptedCore());
  Object.assign(electron.safeStorage, options.keyring);
  electron.app.hasLock = options.hasLock ?? true;
  const argv = process.argv;
  process.argv = ["electron", electron.app.appPath, "--data", dataFolder, ...(options.args ?? [])];
  const forget = watchProcessListeners();
  onTestFinished(async () => {
    await end(electron);
    process.argv = argv;
    forget();
  });
  await import("#main/desktop/entry.ts");
  return { electron, dataFolder };
}

/** Ends a desktop that still runs, as the machine's shutdown does, so that nothing of it outlives its test. */
async function end(electron: FakeElectron): Promise<void> {
  if (electron.app.ended === undefined && electron.powerMonitor.listenerCount("shutdown") > 0) {
    const ended = once(electron.app, "ended-for-test");
    electron.powerMonitor.emit("shutdown");
    await ended;
  }
  for (const { process: core } of electron.utilityProcess.forked) core.kill();
}

/** Boots, lets Electron become ready, and waits until the window has loaded and the control plane is ready. */
export async function openDesktop(options: BootOptions = {}) {
  const booted = await bootDesktop(options);
  const { electron } = booted;
  electron.app.becomeReady();
  await vi.waitFor(() => {
    if (electron.BrowserWindow.all[0]?.webContents.url === undefined || electron.BrowserWindow.all[0].webContents.url === "")
      throw new Error("no page yet");
  });
  const window = electron.BrowserWindow.all[0]!;
  const told = (): readonly ShellMessage[] => window.webContents.sent.map(({ message }) => shellMessage.parse(message));
  const call = async (payload: unknown, frame: typeof FRAME | null = FRAME, sender = window.webContents): Promise<ShellAnswer> =>
    // Why the cast: the handler's own type says that it answers so; IPC forgets it.
    (await electron.ipcMain.call(SHELL_CALL_CHANNEL, sender, frame, payload)) as ShellAnswer;
  const until = (state: string): Promise<void> => vi.waitFor(() => expectState(told(), state), { timeout: 10_000, interval: 10 });
  return { ...booted, window, told, call, until };
}

function expectState(told: readonly ShellMessage[], state: string): void {
  const last = told.findLast((message) => message.kind === "rollcall.core");
  if (last?.core.state !== state) throw new Error(`the control plane is ${last?.core.state ?? "silent"}, not ${state}`);
}

/** A folder as a build leaves it, with a page, one asset, and the given script for the control plane. */
async function applicationFolder(core: string): Promise<string> {
  const folder = await tempFolder();
  for (const part of ["desktop", "renderer/assets", "preload"]) await mkdir(join(folder, "dist", part), { recursive: true });
  await writeFile(join(folder, "package.json"), `{"type":"module"}`);
  await writeFile(join(folder, "dist/desktop/control-plane-process.js"), core);
  await writeFile(join(folder, "dist/renderer/index.html"), `<meta name="csp-nonce" content="__CSP_NONCE__"><title>Rollcall</title>`);
  await writeFile(join(folder, "dist/renderer/assets/index.js"), "export {};");
  return folder;
}

type Listener = (...args: unknown[]) => void;

/** Remembers who listens to this process now; the answer takes away everyone who came since. */
function watchProcessListeners(): () => void {
  const emitter: EventEmitter = process;
  const names = ["uncaughtException", "unhandledRejection", "SIGINT", "SIGTERM"];
  // Why the cast: Node types what it returns here as Function, and takes only callables back.
  const listeners = (name: string): readonly Listener[] => emitter.listeners(name) as Listener[];
  const before = new Map(names.map((name) => [name, listeners(name)]));
  return () => {
    for (const name of names) {
      for (const listener of listeners(name)) if (before.get(name)?.includes(listener) !== true) emitter.removeListener(name, listener);
    }
  };
}
