import { app } from "electron";
import type { DesktopLog } from "./desktop-log.ts";
import { showFailureAndExit } from "./show-failure.ts";

/**
 * Ends the application after a failure that nothing dealt with: the cause goes to the log, the person gets a sentence.
 * A main process in an unknown state must not go on: it holds the window's permissions.
 */
export async function endAfterFailure(thrown: unknown, log: DesktopLog): Promise<void> {
  log.logger.error({ err: thrown }, "the desktop ended after a failure");
  await log.flush();
  showFailureAndExit(thrown);
}

/** Catches what no code of ours caught, in this process; writes down what ended in Chromium's others. */
export function guardCrashes(log: DesktopLog): void {
  process.on("uncaughtException", (thrown) => void endAfterFailure(thrown, log));
  process.on("unhandledRejection", (thrown) => void endAfterFailure(thrown, log));
  app.on("child-process-gone", (_event, details) => {
    if (details.reason === "clean-exit") return;
    log.logger.warn({ type: details.type, reason: details.reason, exitCode: details.exitCode }, "a process of the application ended");
  });
}
