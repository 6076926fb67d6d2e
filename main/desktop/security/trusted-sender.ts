import { APP_ORIGIN } from "#shared/contract/shell-names.ts";
import { isOwnPage } from "../protocol/app-origin.ts";

/** Who sent an IPC message: the web contents, and the frame in it (null when it is gone or has navigated since). */
export type Sender = {
  readonly contentsId: number;
  readonly frame: { readonly url: string; readonly origin: string; readonly isMainFrame: boolean } | null;
};

/**
 * Whether a message comes from the main frame of our own window showing a page of ours. Prevents a sub-frame, a second
 * window, or a page that got into the window in spite of {@link import("./navigation-policy.ts")} from speaking to the shell.
 */
export function isTrustedSender(sender: Sender, windowContentsId: number): boolean {
  if (sender.contentsId !== windowContentsId || sender.frame === null) return false;
  return sender.frame.isMainFrame && sender.frame.origin === APP_ORIGIN && isOwnPage(sender.frame.url);
}
