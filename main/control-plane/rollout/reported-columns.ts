import type { MemberReport } from "#shared/domain/rollout/member-report.ts";
import { failureIn } from "./reported-failure.ts";
import { idOf } from "./rows.ts";

/** What queries select of `hostApplications` for rollouts; all null when the host never reported on the application. */
export type ReportedColumns = {
  readonly reportedAt: number | null;
  readonly phase: string | null;
  readonly currentDigest: string | null;
  readonly currentVersion: string | null;
  readonly reportedGrantId: string | null;
  readonly healthy: number | null;
  readonly unwellSince: number | null;
  readonly restarts: number | null;
  readonly uptimeMs: number | null;
  /** The whole report, or null where its failure is not asked for. */
  readonly reported: string | null;
};

/** A host's last report as the domain judges it; undefined when there is none. */
export function toMemberReport(row: ReportedColumns): MemberReport | undefined {
  if (row.reportedAt === null || row.phase === null) return undefined;
  return {
    at: row.reportedAt,
    digest: row.currentDigest ?? undefined,
    version: row.currentVersion ?? undefined,
    phase: row.phase,
    grantId: row.reportedGrantId === null ? undefined : idOf(row.reportedGrantId),
    healthy: row.healthy === 1,
    unwellSince: row.unwellSince ?? undefined,
    restarts: row.restarts ?? 0,
    processStartedAt: row.uptimeMs === null ? undefined : row.reportedAt - row.uptimeMs,
    failure: row.reported === null ? undefined : failureIn(row.reported),
  };
}
