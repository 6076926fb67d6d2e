import { ipcMain, type IpcMainInvokeEvent } from "electron";
import type { ShellAnswer } from "#shared/contract/shell.ts";
import { SHELL_CALL_CHANNEL } from "#shared/contract/shell-names.ts";
import type { Sender } from "../security/trusted-sender.ts";

/** Opens the one channel into the shell. The only place that listens to `ipcMain`. */
export function answerShellCalls(answer: (sender: Sender, payload: unknown) => Promise<ShellAnswer>): void {
  ipcMain.handle(SHELL_CALL_CHANNEL, (event, payload: unknown) => answer(senderOf(event), payload));
}

function senderOf(event: IpcMainInvokeEvent): Sender {
  const frame = event.senderFrame;
  return {
    contentsId: event.sender.id,
    frame: frame === null ? null : { url: frame.url, origin: frame.origin, isMainFrame: frame.parent === null },
  };
}
