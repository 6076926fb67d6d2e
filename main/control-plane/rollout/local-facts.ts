import { reportedApplication } from "#shared/domain/host/reported.ts";
import type { HostSituation } from "#shared/domain/rollout/situation.ts";
import type { HostId } from "#shared/lib/ids.ts";
import { idOf, type Db } from "./rows.ts";

type ApplicationFacts = Pick<HostSituation, "current" | "quarantinedDigests" | "grant" | "updateLock"> & {
  readonly lastFailure: { readonly releaseId: string; readonly at: number } | undefined;
};

/** What hosts themselves have to do with their applications: reports, quarantine, live grants, failed attempts. */
export type LocalFacts = {
  /** A failure from before `targetSetAt` does not count: a new order to go to the same release is a new chance. */
  of(hostId: string, applicationId: string, targetSetAt: number): ApplicationFacts;
};

const key = (row: { readonly hostId: string; readonly applicationId: string }): string => `${row.hostId} ${row.applicationId}`;

function lockIn(reported: string): HostSituation["updateLock"] {
  return reportedApplication.safeParse(JSON.parse(reported)).data?.updateLock;
}

/** Reads the facts of these hosts, at most a thousand. */
export async function readLocalFacts(db: Db, hostIds: readonly HostId[], now: number): Promise<LocalFacts> {
  const reports = await db
    .selectFrom("hostApplications")
    .select(["hostId", "applicationId", "currentDigest", "currentVersion"])
    // The whole report is read of those few only that hold a lock.
    .select((eb) => eb.case().when("reported", "like", '%"updateLock":%').then(eb.ref("reported")).end().as("withLock"))
    .where("hostId", "in", hostIds)
    .execute();
  const quarantines = await db
    .selectFrom("hostQuarantines")
    .select(["hostId", "applicationId", "digest"])
    .where("hostId", "in", hostIds)
    .where((eb) => eb.or([eb("expiresAt", "is", null), eb("expiresAt", ">", now)]))
    .execute();
  const grants = await db
    .selectFrom("grants")
    .select(["id", "hostId", "applicationId", "releaseId", "state", "issuedAt", "endedAt"])
    .where("hostId", "in", hostIds)
    .where((eb) => eb.or([eb("state", "=", "failed"), eb.and([eb("state", "=", "active"), eb("expiresAt", ">", now)])]))
    .orderBy("issuedAt", "desc")
    .execute();
  const reported = new Map(reports.map((row) => [key(row), row]));
  const quarantined = Map.groupBy(quarantines, key);
  const attempts = Map.groupBy(grants, key);
  return {
    of: (hostId, applicationId, targetSetAt) => {
      const at = key({ hostId, applicationId });
      const report = reported.get(at);
      const ofHost = attempts.get(at) ?? [];
      const live = ofHost.find((grant) => grant.state === "active");
      const failure = ofHost.find((grant) => grant.state === "failed" && grant.issuedAt >= targetSetAt);
      const isInstalled = report !== undefined && report.currentDigest !== null && report.currentVersion !== null;
      return {
        current: isInstalled ? { digest: report.currentDigest ?? "", version: report.currentVersion ?? "" } : undefined,
        quarantinedDigests: (quarantined.get(at) ?? []).map((row) => row.digest),
        grant: live && { grantId: idOf(live.id), releaseId: idOf(live.releaseId) },
        updateLock: typeof report?.withLock === "string" ? lockIn(report.withLock) : undefined,
        lastFailure: failure && { releaseId: failure.releaseId, at: failure.endedAt ?? failure.issuedAt },
      };
    },
  };
}
