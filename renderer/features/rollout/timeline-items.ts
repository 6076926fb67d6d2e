import type { AuditEntry } from "#shared/domain/audit/audit.ts";
import { auditSentence } from "#shared/domain/audit/audit-sentence.ts";
import { actorName } from "../../components/actor-name.ts";
import type { TimelineItem } from "../../components/timeline.tsx";

/** What a subject such as `host:<id>` is called. */
export type NameOf = (subject: string) => string | undefined;

/** Hosts that are named when several did the same. */
const NAMED = 4;

/**
 * The audit of a rollout as a timeline, newest first. What hosts report one after the other is one item: forty hosts that
 * succeeded must not hide the one decision between them.
 */
export function timelineItems(entries: readonly AuditEntry[], nameOf: NameOf): readonly TimelineItem[] {
  const runs: AuditEntry[][] = [];
  for (const entry of entries) {
    const run = runs.at(-1);
    if (run?.[0] !== undefined && isSameReport(run[0], entry)) run.push(entry);
    else runs.push([entry]);
  }
  return runs.flatMap((run) => {
    const [first] = run;
    return first === undefined ? [] : [isReport(first) ? reportItem(run, first, nameOf) : decisionItem(first, nameOf)];
  });
}

const isReport = (entry: AuditEntry): boolean => entry.actor.startsWith("host:") && entry.action.startsWith("update.");

const isSameReport = (left: AuditEntry, right: AuditEntry): boolean =>
  isReport(left) && isReport(right) && left.action === right.action && left.reason === right.reason;

function reportItem(run: readonly AuditEntry[], first: AuditEntry, nameOf: NameOf): TimelineItem {
  const names = run.map((entry) => nameOf(entry.actor) ?? actorName(entry.actor));
  const outcome = first.action.slice("update.".length);
  const others = names.length > NAMED ? ` and ${names.length - NAMED} more` : "";
  const why = first.reason === "" ? "" : `: ${first.reason}`;
  return {
    id: first.sequence,
    at: first.at,
    ...(outcome === "failed" ? { status: "failed" } : {}),
    title: names.length === 1 ? `${names[0] ?? ""} ${outcome}${why}` : `${names.length} hosts ${outcome}${why}`,
    ...(names.length === 1 ? {} : { detail: `${names.slice(0, NAMED).join(", ")}${others}` }),
  };
}

const STATUS: Readonly<Record<string, TimelineItem["status"]>> = {
  "rollout.tripped": "failed",
  "rollout.completed": "healthy",
  "rollout.paused": "paused",
  "wave.passed": "healthy",
};

function decisionItem(entry: AuditEntry, nameOf: NameOf): TimelineItem {
  const status = STATUS[entry.action];
  return {
    id: entry.sequence,
    at: entry.at,
    ...(status === undefined ? {} : { status }),
    title: auditSentence(entry, nameOf),
    detail: nameOf(entry.actor) ?? actorName(entry.actor),
  };
}
