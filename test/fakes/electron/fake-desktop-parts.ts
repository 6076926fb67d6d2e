import { EventEmitter } from "node:events";

/** One entry of a menu, as a template gives it. */
export type FakeMenuItem = {
  readonly label?: string;
  readonly role?: string;
  readonly enabled?: boolean;
  readonly click?: () => void;
  readonly submenu?: readonly FakeMenuItem[];
};

/** Electron's `Menu`. */
export class FakeMenu {
  static application: FakeMenu | undefined;
  readonly items: readonly FakeMenuItem[];

  private constructor(items: readonly FakeMenuItem[]) {
    this.items = items;
  }
  static buildFromTemplate(items: readonly FakeMenuItem[]): FakeMenu {
    return new FakeMenu(items);
  }
  static setApplicationMenu(menu: FakeMenu): void {
    FakeMenu.application = menu;
  }
  /** Plays a click on the entry with this label, wherever it stands. */
  click(label: string): void {
    const search = (items: readonly FakeMenuItem[]): FakeMenuItem | undefined =>
      items.find((item) => item.label === label) ?? items.map((item) => search(item.submenu ?? [])).find((found) => found !== undefined);
    const found = search(this.items);
    if (found?.click === undefined) throw new TypeError(`no entry "${label}" that can be clicked`);
    found.click();
  }
}

/** Electron's `Tray`. */
export class FakeTray extends EventEmitter {
  static readonly all: FakeTray[] = [];
  tooltip = "";
  menu: FakeMenu | undefined;

  constructor(icon: unknown) {
    super();
    if (icon === undefined) throw new TypeError("a tray needs an icon");
    FakeTray.all.push(this);
  }
  setToolTip(text: string): void {
    this.tooltip = text;
  }
  setContextMenu(menu: FakeMenu): void {
    this.menu = menu;
  }
}

/** Electron's `Notification`. */
export class FakeNotification extends EventEmitter {
  static readonly shown: FakeNotification[] = [];
  readonly options: { readonly title: string; readonly body: string };

  constructor(options: { readonly title: string; readonly body: string }) {
    super();
    this.options = options;
  }
  static isSupported(): boolean {
    return true;
  }
  show(): void {
    FakeNotification.shown.push(this);
  }
}

/** Electron's `dialog`, answered by the test. */
export class FakeDialog {
  /** Index of the button that the person presses. */
  pressed = 0;
  picked: readonly string[] = [];
  readonly asked: { readonly message: string; readonly detail?: string; readonly buttons?: readonly string[] }[] = [];
  readonly errors: { readonly title: string; readonly content: string }[] = [];

  showErrorBox(title: string, content: string): void {
    this.errors.push({ title, content });
  }
  showMessageBox(...args: readonly unknown[]): Promise<{ response: number; checkboxChecked: boolean }> {
    // Why the cast: the last argument is the options in both overloads, which the real types say.
    this.asked.push(args.at(-1) as FakeDialog["asked"][number]);
    return Promise.resolve({ response: this.pressed, checkboxChecked: false });
  }
  showOpenDialog(): Promise<{ canceled: boolean; filePaths: string[] }> {
    return Promise.resolve({ canceled: this.picked.length === 0, filePaths: [...this.picked] });
  }
}

/** Electron's `shell`: what would have left the application. */
export class FakeShell {
  readonly opened: string[] = [];

  openExternal(url: string): Promise<void> {
    this.opened.push(url);
    return Promise.resolve();
  }
  openPath(path: string): Promise<string> {
    this.opened.push(path);
    return Promise.resolve("");
  }
}

/** Electron's `protocol`. */
export class FakeProtocol {
  readonly privileged: unknown[] = [];
  readonly handlers = new Map<string, (request: Request) => Promise<Response>>();

  registerSchemesAsPrivileged(schemes: readonly unknown[]): void {
    this.privileged.push(...schemes);
  }
  handle(scheme: string, handler: (request: Request) => Promise<Response>): void {
    this.handlers.set(scheme, handler);
  }
}

type PermissionCheck = (contents: unknown, permission: string, origin: string, details: unknown) => boolean;
type PermissionRequest = (contents: unknown, permission: string, answer: (granted: boolean) => void, details: unknown) => void;

/** Electron's session: keeps the handlers for the test to ask. */
export class FakeSession {
  check: PermissionCheck | undefined;
  request: PermissionRequest | undefined;
  device: (() => boolean) | undefined;
  capture: ((request: unknown, answer: (streams: unknown) => void) => void) | undefined;

  setPermissionCheckHandler(handler: PermissionCheck): void {
    this.check = handler;
  }
  setPermissionRequestHandler(handler: PermissionRequest): void {
    this.request = handler;
  }
  setDevicePermissionHandler(handler: () => boolean): void {
    this.device = handler;
  }
  setDisplayMediaRequestHandler(handler: (request: unknown, answer: (streams: unknown) => void) => void): void {
    this.capture = handler;
  }
}
