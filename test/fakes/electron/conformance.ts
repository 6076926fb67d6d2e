import type {
  App,
  BrowserWindow,
  ContextBridge,
  Dialog,
  IpcRenderer,
  MessagePortMain,
  NativeTheme,
  Protocol,
  SafeStorage,
  Screen,
  Session,
  Shell,
  Tray,
  UtilityProcess,
  WebContents,
  WebUtils,
} from "electron";
import type { FakeApp } from "./fake-app.ts";
import type { FakeDialog, FakeProtocol, FakeSession, FakeShell, FakeTray } from "./fake-desktop-parts.ts";
import type { FakeIpcRenderer } from "./fake-ipc.ts";
import type { FakeMessagePortMain } from "./fake-ports.ts";
import type { FakeSafeStorage } from "./fake-safe-storage.ts";
import type { FakeUtilityProcess } from "./fake-utility-process.ts";
import type { FakeWebContents } from "./fake-web-contents.ts";
import type { FakeBrowserWindow } from "./fake-window.ts";
import type * as fake from "./electron.ts";

/**
 * Holds a fake against the real type: each member named in `Keys` must be one that Electron has, and it must fit whole,
 * or give back what the real one gives or a part of it (parameters that are Electron's own classes differ).
 */
type Conforms<Real, Fake, Keys extends keyof Real & keyof Fake> = {
  readonly [K in Keys]: Fake[K] extends Real[K] ? true : Fits<Answer<Fake[K]>, Answer<Real[K]>>;
};

type Fits<Fake, Real> = Fake extends Real ? true : Real extends Fake ? true : false;

type Answer<Member> = Member extends (...args: never[]) => infer Result ? Result : Member;

/** Refuses to compile when one member of one fake does not conform. */
type Proven<Fakes extends readonly Readonly<Record<string, true>>[]> = Fakes;

/** Every fake beside its original. A member that Electron renames or drops breaks the type check of the tests. */
export type Conformance = Proven<
  [
    Conforms<
      App,
      FakeApp,
      | "getAppPath"
      | "getVersion"
      | "getPath"
      | "setPath"
      | "enableSandbox"
      | "requestSingleInstanceLock"
      | "setAsDefaultProtocolClient"
      | "whenReady"
      | "quit"
      | "exit"
      | "isPackaged"
    >,
    Conforms<
      BrowserWindow,
      FakeBrowserWindow,
      | "loadURL"
      | "close"
      | "show"
      | "hide"
      | "focus"
      | "restore"
      | "maximize"
      | "isDestroyed"
      | "isFocused"
      | "isMinimized"
      | "isMaximized"
      | "setProgressBar"
      | "getNormalBounds"
    >,
    Conforms<WebContents, FakeWebContents, "id" | "postMessage" | "setWindowOpenHandler" | "reload">,
    Conforms<MessagePortMain, FakeMessagePortMain, "postMessage" | "start" | "close">,
    Conforms<UtilityProcess, FakeUtilityProcess, "postMessage" | "kill" | "stdout" | "stderr">,
    Conforms<
      Session,
      FakeSession,
      "setPermissionCheckHandler" | "setPermissionRequestHandler" | "setDevicePermissionHandler" | "setDisplayMediaRequestHandler"
    >,
    Conforms<Protocol, FakeProtocol, "registerSchemesAsPrivileged" | "handle">,
    Conforms<Dialog, FakeDialog, "showErrorBox" | "showMessageBox" | "showOpenDialog">,
    Conforms<
      SafeStorage,
      FakeSafeStorage,
      "isAsyncEncryptionAvailable" | "encryptStringAsync" | "decryptStringAsync" | "getSelectedStorageBackend"
    >,
    Conforms<Shell, FakeShell, "openExternal" | "openPath">,
    Conforms<Tray, FakeTray, "setToolTip" | "setContextMenu">,
    Conforms<IpcRenderer, FakeIpcRenderer, "invoke">,
    Conforms<ContextBridge, typeof fake.contextBridge, "exposeInMainWorld">,
    Conforms<WebUtils, typeof fake.webUtils, "getPathForFile">,
    Conforms<NativeTheme, typeof fake.nativeTheme, "themeSource" | "shouldUseDarkColors">,
    Conforms<Screen, typeof fake.screen, "getPrimaryDisplay" | "getAllDisplays">,
  ]
>;
