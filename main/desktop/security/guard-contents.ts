import type { App, WebContents } from "electron";
import { judgeNavigation } from "./navigation-policy.ts";

/** Offers an address to the person's browser. The guard only passes on what the link policy allowed. */
export type OfferLink = (url: string) => void;

/** Puts every web contents that the application ever makes under the navigation policy, before it loads anything. */
export function guardAllContents(app: App, offerLink: OfferLink): void {
  app.on("web-contents-created", (_event, contents) => guardContents(contents, offerLink));
}

function guardContents(contents: WebContents, offerLink: OfferLink): void {
  const judge = (event: { readonly url: string; readonly isMainFrame: boolean; preventDefault(): void }): void => {
    const verdict = judgeNavigation(event.url, event.isMainFrame);
    if (verdict.kind !== "allow") event.preventDefault();
    if (verdict.kind === "offer") offerLink(verdict.url);
  };
  // will-frame-navigate fires for the main frame, too, so will-navigate only has to hold what the other let through.
  contents.on("will-frame-navigate", judge);
  contents.on("will-navigate", (event) => judgeNavigation(event.url, event.isMainFrame).kind !== "allow" && event.preventDefault());
  contents.on("will-redirect", (event) => judgeNavigation(event.url, event.isMainFrame).kind !== "allow" && event.preventDefault());
  contents.on("will-attach-webview", (event) => event.preventDefault());
  contents.setWindowOpenHandler(({ url }) => {
    const verdict = judgeNavigation(url, true);
    if (verdict.kind === "offer") offerLink(verdict.url);
    return { action: "deny" };
  });
}
