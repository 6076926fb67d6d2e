import { mkdirSync } from "node:fs";
import { app } from "electron";
import { readDesktopConfig } from "./boot/desktop-config.ts";
import { openDesktopLog } from "./boot/desktop-log.ts";
import { endAfterFailure, guardCrashes } from "./boot/guard-crashes.ts";
import { showFailureAndExit } from "./boot/show-failure.ts";
import { deepLinkAmong } from "./deep-links/parse-deep-link.ts";
import { Desktop } from "./desktop.ts";
import { declareAppScheme } from "./protocol/register-app-protocol.ts";

/**
 * Boot order. Everything up to `whenReady` runs in this turn of the loop: Electron takes sandbox, schemes and paths only
 * before it is ready. The instance lock is per user-data folder, so the folder comes first: two data folders are two
 * applications, a second start on the same one shows the first.
 */
function boot(): void {
  const config = readDesktopConfig(app.getAppPath(), process.argv.slice(1));
  mkdirSync(config.userDataFolder, { recursive: true, mode: 0o700 });
  const log = openDesktopLog(config.logFile);
  guardCrashes(log);
  app.enableSandbox();
  declareAppScheme();
  app.setPath("userData", config.userDataFolder);
  if (!app.requestSingleInstanceLock()) return app.quit();
  const path = deepLinkAmong(process.argv) ?? "/";
  app.whenReady().then(
    () => Desktop.start(config, log, path).catch((thrown: unknown) => endAfterFailure(thrown, log)),
    (thrown: unknown) => endAfterFailure(thrown, log),
  );
}

try {
  boot();
} catch (thrown) {
  showFailureAndExit(thrown);
}
