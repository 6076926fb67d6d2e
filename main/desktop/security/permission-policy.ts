import { isOwnPage } from "../protocol/app-origin.ts";

/** Who asks: the last address the frame loaded, and whether it is the window's main frame. */
export type PermissionRequester = { readonly url: string; readonly isMainFrame: boolean };

/** Copying an enrolment command, and telling a person that a rollout needs them. Nothing else. */
const GRANTED: ReadonlySet<string> = new Set(["clipboard-sanitized-write", "notifications"]);

/** Whether a page may have a permission. Everything is denied but {@link GRANTED}, to the main frame of our own pages. */
export function permits(permission: string, requester: PermissionRequester): boolean {
  return GRANTED.has(permission) && requester.isMainFrame && isOwnPage(requester.url);
}
