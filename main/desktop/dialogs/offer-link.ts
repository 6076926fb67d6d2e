import { dialog, shell, type BrowserWindow } from "electron";
import { externalLink } from "../security/external-link.ts";

/**
 * Opens a link in the person's browser after showing where it leads. The policy is asked again here, so that no caller
 * can forget it. False when the link is refused or the person declines.
 */
export async function offerLink(window: BrowserWindow, address: string): Promise<boolean> {
  const link = externalLink(address);
  if (link.kind === "refused") return false;
  const answer = await dialog.showMessageBox(window, {
    type: "question",
    title: "Open link",
    message: `Open ${link.host} in your browser?`,
    detail: link.url,
    buttons: ["Cancel", "Open"],
    defaultId: 1,
    cancelId: 0,
    noLink: true,
  });
  if (answer.response !== 1) return false;
  await shell.openExternal(link.url);
  return true;
}
