import { BrowserWindow, nativeTheme, screen, type MessagePortMain, type Rectangle } from "electron";
import type { ShellMessage } from "#shared/contract/shell.ts";
import { APP_ORIGIN, SHELL_MESSAGE_CHANNEL } from "#shared/contract/shell-names.ts";
import { windowOptions } from "./window-options.ts";
import { placeWindow, type WindowState } from "./window-state.ts";

/** What the window needs to know and whom it tells. */
export type ShellWindowOptions = {
  readonly preloadFile: string;
  readonly version: string;
  readonly saved: WindowState | undefined;
  /** Whether a close ends the window for good; otherwise it hides and everything goes on. */
  readonly mayClose: () => boolean;
  readonly onHidden: () => void;
  readonly onMoved: (state: WindowState) => void;
  /** The page went away or its process ended; whatever it had asked for is void. */
  readonly onPageLost: (reason: string) => void;
};

/** The application's one window. It is made once and hidden, not destroyed, while the control plane works on. */
export class ShellWindow {
  readonly #window: BrowserWindow;
  readonly #options: ShellWindowOptions;

  constructor(options: ShellWindowOptions) {
    this.#options = options;
    const placement = placeWindow(options.saved, workAreas());
    const dark = nativeTheme.shouldUseDarkColors;
    this.#window = new BrowserWindow(windowOptions({ placement, preloadFile: options.preloadFile, version: options.version, dark }));
    if (placement.maximized) this.#window.maximize();
    this.#listen();
  }

  /** Identifies the page's messages; undefined when the window is gone. */
  get contentsId(): number | undefined {
    return this.#window.isDestroyed() ? undefined : this.#window.webContents.id;
  }

  /** For native dialogs that belong to the window. */
  get native(): BrowserWindow {
    return this.#window;
  }

  get isFocused(): boolean {
    return !this.#window.isDestroyed() && this.#window.isFocused();
  }

  /** Loads a view of the console. Resolves when it is loaded; a page that cannot load is reported by `onPageLost`. */
  async load(path: string): Promise<void> {
    await this.#window.loadURL(`${APP_ORIGIN}${path}`);
  }

  /** Brings the window in front of the person, from wherever it was. */
  present(): void {
    if (this.#window.isDestroyed()) return;
    if (this.#window.isMinimized()) this.#window.restore();
    this.#window.show();
    this.#window.focus();
  }

  tell(message: ShellMessage, port?: MessagePortMain): void {
    if (this.#window.isDestroyed()) return;
    this.#window.webContents.postMessage(SHELL_MESSAGE_CHANNEL, message, port === undefined ? [] : [port]);
  }

  /** Progress on the dock or taskbar, 0 to 1; undefined takes it away. */
  setProgress(fraction: number | undefined): void {
    if (!this.#window.isDestroyed()) this.#window.setProgressBar(fraction ?? -1);
  }

  #listen(): void {
    this.#window.once("ready-to-show", () => this.#window.show());
    this.#window.on("close", (event) => {
      this.#options.onMoved(this.#state());
      if (this.#options.mayClose()) return;
      event.preventDefault();
      this.#window.hide();
      this.#options.onHidden();
    });
    this.#window.webContents.on("did-start-navigation", (details) => {
      if (details.isMainFrame && !details.isSameDocument) this.#options.onPageLost("loading");
    });
    this.#window.webContents.on("render-process-gone", (_event, details) => {
      this.#options.onPageLost(details.reason);
      if (details.reason !== "clean-exit") this.#window.webContents.reload();
    });
  }

  #state(): WindowState {
    const bounds: Rectangle = this.#window.getNormalBounds();
    return { x: bounds.x, y: bounds.y, width: bounds.width, height: bounds.height, maximized: this.#window.isMaximized() };
  }
}

function workAreas(): readonly Rectangle[] {
  const primary = screen.getPrimaryDisplay();
  return [primary, ...screen.getAllDisplays().filter((display) => display.id !== primary.id)].map((display) => display.workArea);
}
