import type { Status } from "../styles/status-tokens.ts";
import type { StateLook } from "./state-status.ts";

/** What of a host decides how it looks. */
export type ShownHost = {
  readonly status: Status;
  readonly state: "pending" | "active" | "revoked";
  readonly connection: "connected" | "disconnected" | "cloned";
};

const WORDS: Readonly<Record<Status, string>> = {
  healthy: "Healthy",
  progressing: "Updating",
  paused: "Held",
  failed: "Failed",
  unknown: "Silent",
};

/** The word for a host of this status. */
export function statusWord(status: Status): string {
  return WORDS[status];
}

/** How a host looks: what is wrong with its identity comes before how its applications fare. */
export function hostLook(host: ShownHost): StateLook {
  if (host.state === "revoked") return { status: "unknown", word: "Revoked" };
  if (host.state === "pending") return { status: "paused", word: "To approve" };
  if (host.connection === "cloned") return { status: "failed", word: "Cloned" };
  if (host.status === "unknown" && host.connection === "connected") return { status: "unknown", word: "No report" };
  return { status: host.status, word: WORDS[host.status] };
}
