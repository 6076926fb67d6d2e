import { dialog, type BrowserWindow } from "electron";
import type { SigningQuestion } from "../signing/signing-question.ts";

/** Shows what would be signed, outside of the page's reach. True when the person chose to sign; Escape means no. */
export async function askBeforeSigning(window: BrowserWindow, question: SigningQuestion): Promise<boolean> {
  const answer = await dialog.showMessageBox(window, {
    type: question.isAlarming ? "warning" : "question",
    title: "Sign",
    message: question.message,
    detail: question.detail,
    buttons: ["Do not sign", "Sign"],
    defaultId: 0,
    cancelId: 0,
    noLink: true,
  });
  return answer.response === 1;
}
