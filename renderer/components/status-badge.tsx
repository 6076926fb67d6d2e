import type { Status } from "../styles/status-tokens.ts";
import classes from "./status.module.css";
import { StatusShape } from "./status-shape.tsx";

const WORDS: Readonly<Record<Status, string>> = {
  healthy: "Healthy",
  progressing: "Updating",
  paused: "Paused",
  failed: "Failed",
  unknown: "Unknown",
};

/** A status as shape, word and colour. `word` says it more precisely than the default: "Held", "Reverted", "Silent". */
export function StatusBadge({ status, word = WORDS[status] }: { readonly status: Status; readonly word?: string }) {
  return (
    <span className={classes["badge"]} data-status={status}>
      <StatusShape status={status} />
      {word}
    </span>
  );
}
