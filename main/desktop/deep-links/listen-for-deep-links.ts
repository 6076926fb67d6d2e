import type { App } from "electron";
import { DEEP_LINK_SCHEME, deepLinkAmong, parseDeepLink } from "./parse-deep-link.ts";

/**
 * Calls back with the console path of every deep link, and with undefined when the application was only started again.
 * macOS sends an event, Windows and Linux start a second instance with the link among its arguments.
 */
export function listenForDeepLinks(app: App, onLink: (path: string | undefined) => void): void {
  app.on("open-url", (event, url) => {
    event.preventDefault();
    const path = parseDeepLink(url);
    if (path !== undefined) onLink(path);
  });
  app.on("second-instance", (_event, argv) => onLink(deepLinkAmong(argv)));
  // Registering from a checkout would point the system at Electron itself; installers register the packaged application.
  if (app.isPackaged) app.setAsDefaultProtocolClient(DEEP_LINK_SCHEME);
}
