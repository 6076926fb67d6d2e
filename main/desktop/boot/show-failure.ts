import { app, dialog } from "electron";
import { toAppError } from "#shared/errors/app-error.ts";
import { ERROR_CODES } from "#shared/errors/codes.ts";

/** Tells the person what happened and what to do, never a stack trace, and ends the application with the code's exit. */
export function showFailureAndExit(thrown: unknown): void {
  const failure = toAppError(thrown);
  dialog.showErrorBox("Rollcall cannot go on", `${failure.message}\n\n${failure.next} (${failure.code})`);
  app.exit(ERROR_CODES[failure.code].exit);
}
