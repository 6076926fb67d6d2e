import { isOwnPage } from "../protocol/app-origin.ts";
import { externalLink } from "./external-link.ts";

/** What becomes of a navigation: it happens, it is dropped, or its address is offered to the person's browser. */
export type NavigationVerdict = { readonly kind: "allow" } | { readonly kind: "deny" } | { readonly kind: "offer"; readonly url: string };

/**
 * Judges every way in which a frame could go elsewhere (link, script, redirect, drop of a link). Only the main frame
 * may load, and only pages of ours; a click on an allow-listed https link is offered to the browser instead.
 */
export function judgeNavigation(address: string, isMainFrame: boolean): NavigationVerdict {
  if (!isMainFrame) return { kind: "deny" };
  if (isOwnPage(address)) return { kind: "allow" };
  const link = externalLink(address);
  return link.kind === "allowed" ? { kind: "offer", url: link.url } : { kind: "deny" };
}
