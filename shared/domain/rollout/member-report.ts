import type { GrantId } from "../../lib/ids.ts";

/** What a host last reported about one application, as far as rollouts go. */
export type MemberReport = {
  /** Time of receipt. */
  readonly at: number;
  readonly digest: string | undefined;
  readonly version: string | undefined;
  readonly phase: string;
  readonly grantId: GrantId | undefined;
  readonly healthy: boolean;
  /** Receipt of the first of the reports in a row that call it unwell; undefined while it is well. */
  readonly unwellSince: number | undefined;
  /** How often its process was started again because it had ended by itself. */
  readonly restarts: number;
  /** When its process began, by the control plane's clock; undefined while none runs. */
  readonly processStartedAt: number | undefined;
  readonly failure: { readonly cause: string; readonly message: string } | undefined;
};

const FAILED_PHASES = ["failed", "reverting", "reverted"];

/** Phases in which what serves now may not serve in a moment. Others speak of a candidate, or of nothing. */
const UNSETTLED_PHASES = ["switching", "probation", "reverting"];

/** Ends of an attempt that the control plane itself brought about. */
const OUR_DOING = ["halted", "lease"];

const endedByUs = (report: MemberReport): boolean => OUR_DOING.includes(report.failure?.cause ?? "");

/** It runs this digest, is well, and its probation is over. */
export function hasSettledOn(report: MemberReport | undefined, digest: string | undefined): boolean {
  return (
    report !== undefined && digest !== undefined && report.digest === digest && report.healthy && !UNSETTLED_PHASES.includes(report.phase)
  );
}

/** The attempt under this grant failed there, by its own doing. */
export function failedUnder(report: MemberReport | undefined, grantId: GrantId): boolean {
  return report?.grantId === grantId && FAILED_PHASES.includes(report.phase) && !endedByUs(report);
}

/**
 * What a report says about a live grant for the release with this digest. `staged` asks for the go; `begun` cannot be
 * stopped any more; `lapsed` was halted, or ended with its lease before it began.
 */
export type GrantProgress =
  | { readonly progress: "completed" | "staged" | "begun" | "lapsed" | "under-way" }
  | { readonly progress: "failed"; readonly reason: string };

/** Reads a live grant's progress off a report. A report that speaks of another grant says nothing about this one. */
export function grantProgress(
  report: MemberReport | undefined,
  grant: { readonly grantId: GrantId; readonly digest: string | undefined },
  quarantined: boolean,
): GrantProgress {
  if (hasSettledOn(report, grant.digest)) return { progress: "completed" };
  if (quarantined || failedUnder(report, grant.grantId))
    return { progress: "failed", reason: report?.failure?.message ?? "the host quarantined the release" };
  if (report?.grantId !== grant.grantId) return { progress: "under-way" };
  if (report.phase === "staged") return { progress: "staged" };
  if (report.phase === "switching" || report.phase === "probation") return { progress: "begun" };
  // A host that was halted or whose lease ended says `idle` with that cause: the grant is over there.
  return { progress: FAILED_PHASES.includes(report.phase) || endedByUs(report) ? "lapsed" : "under-way" };
}
