import { app, powerMonitor } from "electron";
import type { QuitGuard } from "./quit-guard.ts";

/** Puts the guard in front of every way in which the application can be told to end. */
export function watchQuit(guard: QuitGuard): void {
  app.on("before-quit", (event) => {
    if (!guard.mayQuitNow()) event.preventDefault();
  });
  // The window hides instead of closing, so this comes only when the application is on its way out.
  app.on("window-all-closed", () => undefined);
  powerMonitor.on("shutdown", () => void guard.quitWithoutAsking());
  // Ctrl-C in a terminal and a service manager's stop are orders, not questions.
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => void guard.quitWithoutAsking());
}
