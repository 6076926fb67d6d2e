import type { MenuItemConstructorOptions } from "electron";
import { CONSOLE_VIEWS } from "./console-views.ts";

/** What the menu can set off. */
export type MenuActions = {
  readonly go: (path: string) => void;
  readonly startCore: () => void;
  readonly showDataFolder: () => void;
  readonly openLink: (url: string) => void;
};

/** What the menu depends on. Developer tools are offered in a checkout only. */
export type MenuFacts = { readonly platform: NodeJS.Platform; readonly packaged: boolean };

/** The address of the manual. */
const MANUAL = "https://rollcall.example/docs";

const SEPARATOR: MenuItemConstructorOptions = { type: "separator" };

/** The application's menu, in the platform's own order. */
export function menuTemplate(facts: MenuFacts, actions: MenuActions): MenuItemConstructorOptions[] {
  const mac: MenuItemConstructorOptions[] = facts.platform === "darwin" ? [{ role: "appMenu" }] : [];
  return [
    ...mac,
    fileMenu(facts, actions),
    { role: "editMenu" },
    viewMenu(facts, actions),
    { role: "windowMenu" },
    helpMenu(facts, actions),
  ];
}

function fileMenu(facts: MenuFacts, actions: MenuActions): MenuItemConstructorOptions {
  const last: MenuItemConstructorOptions =
    facts.platform === "darwin" ? { role: "close" } : { role: "quit", label: "Quit Rollcall", accelerator: "Ctrl+Q" };
  return {
    label: "&File",
    submenu: [
      { label: "Publish files…", accelerator: "CmdOrCtrl+O", click: () => actions.go("/publish") },
      SEPARATOR,
      { label: "Start control plane again", click: actions.startCore },
      { label: "Show data folder", click: actions.showDataFolder },
      SEPARATOR,
      last,
    ],
  };
}

function viewMenu(facts: MenuFacts, actions: MenuActions): MenuItemConstructorOptions {
  const views = CONSOLE_VIEWS.map((view, index): MenuItemConstructorOptions => ({
    label: view.label,
    accelerator: `CmdOrCtrl+${index + 1}`,
    click: () => actions.go(view.path),
  }));
  const developer: MenuItemConstructorOptions[] = facts.packaged ? [] : [{ role: "reload" }, { role: "toggleDevTools" }];
  return {
    label: "&View",
    submenu: [
      ...views,
      SEPARATOR,
      { role: "resetZoom" },
      { role: "zoomIn" },
      { role: "zoomOut" },
      SEPARATOR,
      { role: "togglefullscreen" },
      ...developer,
    ],
  };
}

function helpMenu(facts: MenuFacts, actions: MenuActions): MenuItemConstructorOptions {
  const about: MenuItemConstructorOptions[] = facts.platform === "darwin" ? [] : [SEPARATOR, { role: "about" }];
  return { role: "help", submenu: [{ label: "Manual", click: () => actions.openLink(MANUAL) }, ...about] };
}
