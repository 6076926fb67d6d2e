import { formatDuration } from "#shared/lib/format.ts";
import type { Status } from "../styles/status-tokens.ts";
import classes from "./freshness.module.css";
import { StatusShape } from "./status-shape.tsx";

/** How fresh what stands on screen is. */
export type FreshnessView =
  | { readonly kind: "opening" | "connected" | "logged-out" }
  | { readonly kind: "reconnecting" | "offline"; readonly silentMs: number | undefined };

const STATUS: Readonly<Record<FreshnessView["kind"], Status>> = {
  opening: "progressing",
  connected: "healthy",
  reconnecting: "progressing",
  offline: "failed",
  "logged-out": "paused",
};

/** The freshness in words: "Live", "Reconnecting · last event 8 s ago", "Offline · read only". */
export function freshnessWords(view: FreshnessView): string {
  switch (view.kind) {
    case "opening":
      return "Connecting";
    case "connected":
      return "Live";
    case "logged-out":
      return "Logged out";
    case "reconnecting":
      return `Reconnecting${silence(view.silentMs)}`;
    case "offline":
      return `Offline, read only${silence(view.silentMs)}`;
  }
}

const silence = (ms: number | undefined): string => (ms === undefined ? "" : ` · last event ${formatDuration(Math.max(1000, ms))} ago`);

/** Whether the screen can be believed, always in the same place. Changes of kind are announced, ticking is not. */
export function Freshness({ view }: { readonly view: FreshnessView }) {
  return (
    <span className={classes["freshness"]} data-kind={view.kind}>
      <StatusShape status={STATUS[view.kind]} size={13} />
      <span className="rc-num">{freshnessWords(view)}</span>
      <span role="status" className={classes["hidden"]}>
        {view.kind === "connected" || view.kind === "opening" ? "" : view.kind}
      </span>
    </span>
  );
}
