import { Menu, nativeImage, Tray } from "electron";
import type { CoreState } from "#shared/contract/shell.ts";
import type { Activity } from "../host/core-messages.ts";
import { TRAY_ICON } from "./tray-icon.ts";
import { traySummary } from "./tray-summary.ts";

/** What the tray can set off. */
export type TrayActions = { readonly open: () => void; readonly go: (path: string) => void; readonly quit: () => void };

/** The application's icon in the tray: what keeps it visible, and reachable, while its window is closed. */
export class StatusTray {
  readonly #tray: Tray;
  readonly #actions: TrayActions;

  constructor(actions: TrayActions) {
    this.#actions = actions;
    const icon = nativeImage.createFromDataURL(TRAY_ICON);
    // A template image takes the colour of the menu bar on macOS; other systems ignore it.
    icon.setTemplateImage(true);
    this.#tray = new Tray(icon);
    this.#tray.on("click", actions.open);
  }

  /** Says how things stand, in the tooltip and as the first line of the menu. */
  update(core: CoreState, activity: Activity): void {
    const summary = traySummary(core, activity);
    this.#tray.setToolTip(summary);
    const attention = activity.attention.slice(0, 5).map((entry) => ({ label: entry.title, click: () => this.#actions.go(entry.href) }));
    this.#tray.setContextMenu(
      Menu.buildFromTemplate([
        { label: summary, enabled: false },
        ...attention,
        { type: "separator" },
        { label: "Open Rollcall", click: this.#actions.open },
        { label: "Quit Rollcall", click: this.#actions.quit },
      ]),
    );
  }
}
