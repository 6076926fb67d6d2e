import type { HostDetail } from "#shared/contract/fleets.ts";
import { applicationWaitOf, WAITING_WORD } from "#shared/domain/host/application-wait.ts";
import type { HostFailure, ReportedApplication } from "#shared/domain/host/reported.ts";
import { waitLook } from "../../components/host-look.ts";
import { phaseLook, type StateLook } from "../../components/state-status.ts";

type Desired = HostDetail["desired"][number];
type Reported = HostDetail["reported"][number];

/** One application of a host: what it should run beside what it says it runs. */
export type Comparison = {
  readonly applicationId: Desired["applicationId"];
  readonly name: string;
  readonly desired: Desired | undefined;
  readonly reported: Reported | undefined;
  readonly verdict: StateLook;
};

/** Puts desired and reported side by side. What is reported and not desired comes last: it is left alone. */
export function compare(detail: HostDetail): readonly Comparison[] {
  const desired = detail.desired.map((one) =>
    comparison(
      one.applicationId,
      one.name,
      one,
      detail.reported.find((other) => other.applicationId === one.applicationId),
    ),
  );
  const strays = detail.reported.filter((one) => !detail.desired.some((other) => other.applicationId === one.applicationId));
  const nameOf = (id: string): string => detail.host.applications.find((one) => one.applicationId === id)?.name ?? id;
  return [...desired, ...strays.map((one) => comparison(one.applicationId, nameOf(one.applicationId), undefined, one))];
}

function comparison(
  applicationId: Desired["applicationId"],
  name: string,
  desired: Desired | undefined,
  reported: Reported | undefined,
): Comparison {
  return { applicationId, name, desired, reported, verdict: verdictOf(desired, reported) };
}

/** In one word, how what is compares with what should be. */
export function verdictOf(desired: Desired | undefined, reported: Reported | undefined): StateLook {
  if (reported === undefined) return { status: "unknown", word: "Not reported" };
  const look = phaseLook(reported.phase);
  const wait = applicationWaitOf(reported);
  if (wait !== undefined) return waitLook(wait);
  if (look.status === "failed" || look.status === "progressing") return look;
  if (desired === undefined || desired.decision === "alone") return { status: "unknown", word: "Left alone" };
  if (!reported.healthy) return { status: "failed", word: "Not healthy" };
  if (desired.releaseId === reported.current?.releaseId) return { status: "healthy", word: "As desired" };
  return desired.decision === "hold" ? { status: "paused", word: "Held" } : { status: "progressing", word: "To update" };
}

/** Whether the version that the report speaks of beside the current one is still to come; else it was taken back. */
export function isOnItsWay({ current, candidate, phase }: ReportedApplication): boolean {
  return candidate !== undefined && candidate.version !== current?.version && phaseLook(phase).status === "progressing";
}

/** What a host does with an application, in words: the phase, unless what serves is not well and nothing else happens. */
export function situation(reported: ReportedApplication): string {
  const { phase, candidate, healthy, uptimeMs, current } = reported;
  const word = applicationWaitOf(reported) === undefined ? phaseLook(phase).word : WAITING_WORD;
  if (phase === "reverting" || phase === "reverted") return candidate === undefined ? word : `${word} from ${candidate.version}`;
  if (phase === "failed") return candidate === undefined ? word : `${candidate.version} failed`;
  if (healthy || current === undefined || phase !== "healthy") return word;
  return uptimeMs === undefined ? "Not running" : "Not healthy";
}

/** What is wrong and has to be read: how the last attempt failed, and why what serves now is not well. */
export function troublesOf({ failure, trouble }: ReportedApplication): readonly Pick<HostFailure, "message" | "logTail">[] {
  return [...(failure === undefined ? [] : [failure]), ...(trouble === undefined ? [] : [{ message: trouble }])];
}

/** Versions that this host could serve at once: neither the one that serves, nor one that it keeps out. */
export function readyVersions({ slots, current, quarantine }: ReportedApplication): ReportedApplication["slots"] {
  return slots.filter(({ digest }) => digest !== current?.digest && !quarantine.some((one) => one.digest === digest));
}

/** Whether the reason for holding has told of the application's lock already. */
export function isLockTold({ reason }: NonNullable<ReportedApplication["updateLock"]>, desired: Desired | undefined): boolean {
  return desired?.decision === "hold" && desired.reason.includes(reason);
}

/** The version of a release as far as this host's own documents tell it. */
export function versionOfRelease(detail: HostDetail, releaseId: string): string | undefined {
  const known = [...detail.desired, ...detail.reported.flatMap((one) => [...one.slots, one.current, one.candidate])];
  return known.find((one) => one?.releaseId === releaseId)?.version;
}

/** The part of a download that has arrived, 0 to 100, or undefined when nothing is under way. */
export function downloadPercent(reported: ReportedApplication): number | undefined {
  const { progress } = reported;
  if (progress === undefined || progress.totalBytes === 0) return undefined;
  return Math.min(100, Math.round((progress.receivedBytes / progress.totalBytes) * 100));
}

const KIND_STATUS: readonly (readonly [RegExp, "failed" | "healthy" | "progressing" | "paused"])[] = [
  [/fail|revert|crash|clone|refus|quarantin/, "failed"],
  [/held|hold|paus|pending/, "paused"],
  [/download|verif|stag|switch|probation|issued/, "progressing"],
  [/healthy|succe|enrol|connected$|approved|command\.done/, "healthy"],
];

/** How a line of the timeline looks, by the words of its kind; undefined is a plain dot. */
export function eventStatus(kind: string): "failed" | "healthy" | "progressing" | "paused" | undefined {
  if (/disconnected/.test(kind)) return undefined;
  return KIND_STATUS.find(([pattern]) => pattern.test(kind))?.[1];
}

/** Text of an event's details worth showing beside it: collected logs, a log tail. */
export function eventLog(details: Readonly<Record<string, unknown>>): string | undefined {
  for (const name of ["log", "logs", "logTail", "output"]) {
    const value = details[name];
    if (typeof value === "string" && value !== "") return value;
  }
  return undefined;
}

/** The ids before and after `hostId` in the order the fleet's table has by default. */
export function neighbours(
  hosts: readonly { readonly id: string; readonly name: string }[],
  hostId: string,
): { readonly previous: string | undefined; readonly next: string | undefined } {
  const ids = [...hosts].sort((left, right) => left.name.localeCompare(right.name, undefined, { numeric: true })).map((host) => host.id);
  const at = ids.indexOf(hostId);
  return at < 0 ? { previous: undefined, next: undefined } : { previous: ids[at - 1], next: ids[at + 1] };
}
