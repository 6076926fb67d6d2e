import { app, Menu } from "electron";
import { menuTemplate, type MenuActions } from "./menu-template.ts";

/** Puts the application's menu in place, with its accelerators. */
export function installMenu(actions: MenuActions): void {
  const facts = { platform: process.platform, packaged: app.isPackaged };
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(facts, actions)));
}
