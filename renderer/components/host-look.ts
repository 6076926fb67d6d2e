import { WAITING_WORD, waitSentence, type ApplicationWait } from "#shared/domain/host/application-wait.ts";
import type { Status } from "../styles/status-tokens.ts";
import { minuteTime } from "./relative-time.ts";
import type { StateLook } from "./state-status.ts";

/** What of a host decides how it looks. */
export type ShownHost = {
  readonly status: Status;
  readonly state: "pending" | "active" | "revoked";
  readonly connection: "connected" | "disconnected" | "cloned";
  readonly applications: readonly { readonly wait?: ApplicationWait | undefined }[];
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

/** How something waits because somebody on its host said "not now": the one word, until when, and the whole sentence. */
export type WaitLook = StateLook & { readonly until: string; readonly why: string };

/** How an application looks that waits because somebody on its host said "not now". */
export function waitLook(wait: ApplicationWait): WaitLook {
  const until = minuteTime(wait.until);
  return { status: "paused", word: WAITING_WORD, until, why: `${WAITING_WORD}: ${waitSentence(wait, minuteTime)}` };
}

/** How a host looks: what is wrong with its identity comes before how its applications fare. */
export function hostLook(host: ShownHost): StateLook & Partial<WaitLook> {
  if (host.state === "revoked") return { status: "unknown", word: "Revoked" };
  if (host.state === "pending") return { status: "paused", word: "To approve" };
  if (host.connection === "cloned") return { status: "failed", word: "Cloned" };
  if (host.status === "unknown" && host.connection === "connected") return { status: "unknown", word: "No report" };
  const wait = host.applications.find((one) => one.wait !== undefined)?.wait;
  if (host.status === "paused" && wait !== undefined) return waitLook(wait);
  return { status: host.status, word: WORDS[host.status] };
}
