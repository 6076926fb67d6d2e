import { dialog } from "electron";
import type { QuitQuestion } from "../quit/quit-question.ts";

/** Shows the question before quitting. True when the person chose to quit; Escape and closing mean staying. */
export async function askBeforeQuit(question: QuitQuestion): Promise<boolean> {
  const answer = await dialog.showMessageBox({
    type: "warning",
    title: "Rollcall",
    message: question.message,
    detail: question.detail,
    buttons: [...question.buttons],
    defaultId: 0,
    cancelId: 0,
    noLink: true,
  });
  return answer.response === 1;
}
