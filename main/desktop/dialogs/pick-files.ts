import { app, dialog, type BrowserWindow } from "electron";

/** The native open dialog for binaries to publish; several at once. Empty when the person cancelled. */
export async function pickFiles(window: BrowserWindow): Promise<readonly string[]> {
  const picked = await dialog.showOpenDialog(window, {
    title: "Choose files to publish",
    buttonLabel: "Choose",
    // Electron 43 and later open in Downloads without it; builds are seldom there.
    defaultPath: app.getPath("home"),
    properties: ["openFile", "multiSelections", "showHiddenFiles"],
  });
  return picked.canceled ? [] : picked.filePaths;
}
