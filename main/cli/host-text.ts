import type { HostDetail, HostRow } from "#shared/contract/fleets.ts";
import { applicationWaitOf, WAITING_WORD, waitSentence } from "#shared/domain/host/application-wait.ts";
import { describeMoment } from "#shared/domain/rollout/update-window.ts";

/** What the console says in lower case, as this terminal's clock shows it. */
const WAITING = WAITING_WORD.toLowerCase();

/**
 * The status of a host in a list: the word that `--status` takes, and for those paused by the word of their own host the
 * one that the console shows, with its end.
 */
export function statusText({ status, applications }: HostRow): string {
  const wait = status === "paused" ? applications.find((one) => one.wait !== undefined)?.wait : undefined;
  return wait === undefined ? status : `${status}, ${WAITING} until ${clock(wait.until)}`;
}

/** The phase of an application; what it waits for in a sentence where somebody on the host said "not now". */
export function phaseText(reported: HostDetail["reported"][number] | undefined): string {
  if (reported === undefined) return "unknown";
  const wait = applicationWaitOf(reported);
  return wait === undefined ? reported.phase : `${WAITING}: ${waitSentence(wait, clock)}`;
}

function clock(at: number): string {
  return describeMoment(at, Date.now(), Intl.DateTimeFormat().resolvedOptions().timeZone);
}
