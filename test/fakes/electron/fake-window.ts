import { EventEmitter } from "node:events";
import { FakeWebContents } from "./fake-web-contents.ts";

type Bounds = { x: number; y: number; width: number; height: number };

/** A window that is drawn nowhere. `created` announces each to whoever watches the application. */
export class FakeBrowserWindow extends EventEmitter {
  static readonly all: FakeBrowserWindow[] = [];
  static created: (contents: FakeWebContents) => void = () => {};

  readonly options: Readonly<Record<string, unknown>>;
  readonly webContents = new FakeWebContents();
  visible = false;
  focused = false;
  maximized = false;
  minimized = false;
  destroyed = false;
  progress = -1;

  constructor(options: Readonly<Record<string, unknown>>) {
    super();
    this.options = options;
    FakeBrowserWindow.all.push(this);
    FakeBrowserWindow.created(this.webContents);
  }
  loadURL(url: string): Promise<void> {
    this.webContents.url = url;
    this.webContents.emit("did-start-navigation", { isMainFrame: true, isSameDocument: false, url });
    this.emit("ready-to-show");
    return Promise.resolve();
  }
  /** Plays the person's close button. */
  close(): void {
    let prevented = false;
    this.emit("close", { preventDefault: () => (prevented = true) });
    if (!prevented) this.destroyed = true;
  }
  show(): void {
    this.visible = true;
  }
  hide(): void {
    this.visible = false;
    this.focused = false;
  }
  focus(): void {
    this.focused = true;
  }
  restore(): void {
    this.minimized = false;
  }
  maximize(): void {
    this.maximized = true;
  }
  isDestroyed(): boolean {
    return this.destroyed;
  }
  isFocused(): boolean {
    return this.focused;
  }
  isMinimized(): boolean {
    return this.minimized;
  }
  isMaximized(): boolean {
    return this.maximized;
  }
  setProgressBar(progress: number): void {
    this.progress = progress;
  }
  getNormalBounds(): Bounds {
    return { x: 100, y: 50, width: 1200, height: 800 };
  }
}
