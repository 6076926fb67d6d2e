import { EventEmitter } from "node:events";
import { FakeApp } from "./fake-app.ts";
import { FakeDialog, FakeMenu, FakeNotification, FakeProtocol, FakeSession, FakeShell, FakeTray } from "./fake-desktop-parts.ts";
import { FakeIpcMain, FakeIpcRenderer } from "./fake-ipc.ts";
import { FakeMessageChannelMain } from "./fake-ports.ts";
import { FakeSafeStorage } from "./fake-safe-storage.ts";
import { FakeUtilityProcesses } from "./fake-utility-process.ts";
import { FakeBrowserWindow } from "./fake-window.ts";

/*
 * The part of the `electron` module that main/desktop and preload use, as behaviour without pixels. A test puts it in
 * the real one's place: `vi.mock("electron", () => import("#test/fakes/electron/electron.ts"))`. conformance.ts holds
 * it against Electron's own types.
 */

/** See {@link FakeApp}. Windows announce their contents on it, as Electron's do. */
export const app = new FakeApp();
FakeBrowserWindow.created = (contents) => void app.emit("web-contents-created", {}, contents);

/** See {@link FakeBrowserWindow}. */
export const BrowserWindow = FakeBrowserWindow;

/** See {@link FakeMenu}. */
export const Menu = FakeMenu;

/** See {@link FakeTray}. */
export const Tray = FakeTray;

/** See {@link FakeNotification}. */
export const Notification = FakeNotification;

/** See {@link FakeMessageChannelMain}. */
export const MessageChannelMain = FakeMessageChannelMain;

/** See {@link FakeDialog}. */
export const dialog = new FakeDialog();

/** See {@link FakeSafeStorage}. */
export const safeStorage = new FakeSafeStorage();

/** See {@link FakeShell}. */
export const shell = new FakeShell();

/** See {@link FakeProtocol}. */
export const protocol = new FakeProtocol();

/** One session, as everything of ours runs in the default one. */
export const session = { defaultSession: new FakeSession() };

/** See {@link FakeIpcMain}. */
export const ipcMain = new FakeIpcMain();

/** See {@link FakeIpcRenderer}. */
export const ipcRenderer = new FakeIpcRenderer();

/** See {@link FakeUtilityProcesses}. */
export const utilityProcess = new FakeUtilityProcesses();

/** Shutdowns of the machine, played by the test. */
export const powerMonitor = new EventEmitter();

/** Which theme native parts have. */
export const nativeTheme: { themeSource: "system" | "light" | "dark"; shouldUseDarkColors: boolean } = {
  themeSource: "system",
  shouldUseDarkColors: false,
};

/** One display. */
export const screen = {
  getPrimaryDisplay: () => ({ id: 1, workArea: { x: 0, y: 0, width: 1920, height: 1080 } }),
  getAllDisplays: () => [{ id: 1, workArea: { x: 0, y: 0, width: 1920, height: 1080 } }],
};

/** Images are their data address. */
export const nativeImage = { createFromDataURL: (url: string) => ({ url, setTemplateImage: (_on: boolean) => undefined }) };

/** What the preload exposed, by name. */
export const exposed = new Map<string, unknown>();

/** Electron's `contextBridge`. */
export const contextBridge = { exposeInMainWorld: (name: string, api: unknown) => void exposed.set(name, api) };

/** Paths of files, as the test says. */
export const filePaths = new Map<File, string>();

/** Electron's `webUtils`: files that no disk knows have no path. */
export const webUtils = { getPathForFile: (file: File) => filePaths.get(file) ?? "" };
