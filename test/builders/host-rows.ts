import { systemIds } from "#main/adapters/system/system-ids.ts";
import type { HostRecord } from "#main/control-plane/fleet/host-repository.ts";
import type { Store } from "#main/control-plane/db/store.ts";
import type { ReportedApplication } from "#shared/domain/host/reported.ts";
import { hostId, type ApplicationId, type HostId } from "#shared/lib/ids.ts";

type GroupRef = { readonly id: string; readonly fleetId: string };
type HostSeed = Partial<HostRecord> & { readonly name: string };

/** Rows of one statement. */
const CHUNK = 1_000;

/** Adds hosts to a group straight to the database: active, connected and heard of at `seenAt`, unless said otherwise. */
export async function addHosts(store: Store, group: GroupRef, seeds: readonly HostSeed[], seenAt: number): Promise<HostId[]> {
  const rows = seeds.map((seed) => ({ ...aHostRow(group, seenAt), ...seed }));
  await store.write(async (unit) => {
    for (let from = 0; from < rows.length; from += CHUNK) {
      await unit.db
        .insertInto("hosts")
        .values(rows.slice(from, from + CHUNK))
        .execute();
    }
  });
  return rows.map((row) => hostId.parse(row.id));
}

function aHostRow(group: GroupRef, seenAt: number): Omit<HostRecord, "name"> {
  return {
    id: systemIds.uuid(),
    fleetId: group.fleetId,
    groupId: group.id,
    publicKey: systemIds.secret(),
    state: "active",
    connection: "connected",
    lastSeenAt: seenAt,
    enrolledAt: seenAt,
    facts: null,
    platform: "linux/amd64",
    labels: "{}",
    pinnedReleaseId: null,
    boot: null,
    sequence: 0,
    desiredEpoch: 0,
    desiredRevision: 0,
    desiredDigest: null,
    revision: 0,
  };
}

/** One application as one host reports it. */
export type Report = { readonly host: string; readonly reported: ReportedApplication };

/** An application that was never installed and waits; the base of other reports. */
export function anIdleReport(applicationId: ApplicationId): ReportedApplication {
  return { applicationId, phase: "idle", healthy: false, restarts: 0, slots: [], quarantine: [] };
}

/** Stores what hosts report, as the engine does. */
export async function addReports(store: Store, reports: readonly Report[], at: number): Promise<void> {
  const rows = reports.map(({ host, reported }) => ({
    hostId: host,
    applicationId: reported.applicationId,
    currentReleaseId: reported.current?.releaseId ?? null,
    currentVersion: reported.current?.version ?? null,
    currentDigest: reported.current?.digest ?? null,
    candidateReleaseId: reported.candidate?.releaseId ?? null,
    phase: reported.phase,
    grantId: null,
    healthy: reported.healthy ? (1 as const) : (0 as const),
    reported: JSON.stringify(reported),
    reportedAt: at,
  }));
  await store.write(async (unit) => {
    for (let from = 0; from < rows.length; from += CHUNK) {
      await unit.db
        .insertInto("hostApplications")
        .values(rows.slice(from, from + CHUNK))
        .execute();
    }
  });
}
