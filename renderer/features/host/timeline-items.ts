import type { HostEvent } from "#shared/contract/fleets.ts";
import { formatDuration } from "#shared/lib/format.ts";
import type { Status } from "../../styles/status-tokens.ts";
import { phaseLook } from "../../components/state-status.ts";
import { eventLog, eventStatus } from "./view-model.ts";

/** A line of a host's timeline: one event, or all phases of one update. */
export type TimelineLine = {
  readonly id: number;
  readonly at: number;
  readonly status: Status | undefined;
  readonly title: string;
  /** The phases an update went through, oldest first. */
  readonly steps: readonly string[];
  readonly log: string | undefined;
};

const PHASE = /^phase\.(.+)$/;
/** A phase that follows the one before after longer than this belongs to another attempt, in milliseconds. */
const ONE_ATTEMPT_MS = 30 * 60_000;

type Open = { readonly events: HostEvent[]; lastAt: number };

/**
 * Gathers the phases of one update into one line, so that an update reads as one thing. `events` are newest first, and
 * so are the lines. An attempt begins with its download; what came before it is another attempt.
 */
export function timelineLines(events: readonly HostEvent[], nameOf: (applicationId: string) => string): readonly TimelineLine[] {
  const groups: HostEvent[][] = [];
  const open = new Map<string, Open>();
  for (const event of events) {
    const key = `${event.applicationId}|${event.releaseId}`;
    const attempt = open.get(key);
    if (!PHASE.test(event.kind)) groups.push([event]);
    else if (attempt !== undefined && attempt.lastAt - event.at < ONE_ATTEMPT_MS) {
      attempt.events.push(event);
      attempt.lastAt = event.at;
    } else {
      const begun = [event];
      groups.push(begun);
      open.set(key, { events: begun, lastAt: event.at });
    }
    if (event.kind === "phase.downloading") open.delete(key);
  }
  return groups.flatMap((group) => lineOf(group, nameOf));
}

function lineOf(group: readonly HostEvent[], nameOf: (applicationId: string) => string): readonly TimelineLine[] {
  const newest = group[0];
  if (newest === undefined) return [];
  const phase = PHASE.exec(newest.kind)?.[1];
  const log = group.map((event) => eventLog(event.details)).find((text) => text !== undefined);
  const base = { id: newest.id, at: newest.at, log };
  if (phase === undefined) return [{ ...base, status: eventStatus(newest.kind), title: newest.message, steps: [] }];
  const look = phaseLook(phase);
  const what = [newest.applicationId === undefined ? undefined : nameOf(newest.applicationId), newest.version]
    .filter((part) => part !== undefined)
    .join(" ");
  const why = newest.message === phase ? "" : `: ${newest.message}`;
  const steps = [...group].reverse().map((event) => phaseLook(PHASE.exec(event.kind)?.[1] ?? event.kind).word.toLowerCase());
  const tookMs = newest.at - (group[group.length - 1]?.at ?? newest.at);
  const took = group.length > 1 ? [`took ${formatDuration(tookMs)}`] : [];
  return [
    { ...base, status: look.status, title: `${what} ${look.word.toLowerCase()}${why}`, steps: group.length > 1 ? [...steps, ...took] : [] },
  ];
}
