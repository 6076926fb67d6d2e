import { systemIds } from "#main/adapters/system/system-ids.ts";
import type { HostRecord } from "#main/control-plane/fleet/host-repository.ts";
import type { Store } from "#main/control-plane/db/store.ts";
import type { ReportedApplication } from "#shared/domain/host/reported.ts";
import { hostId, type HostId } from "#shared/lib/ids.ts";

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

/** Stores what a host reports about one application, as the engine does. */
export async function reportApplication(store: Store, host: string, reported: ReportedApplication, at: number): Promise<void> {
  const { applicationId, current, candidate, phase, healthy } = reported;
  const row = {
    hostId: host,
    applicationId,
    currentReleaseId: current?.releaseId ?? null,
    currentVersion: current?.version ?? null,
    currentDigest: current?.digest ?? null,
    candidateReleaseId: candidate?.releaseId ?? null,
    phase,
    grantId: null,
    healthy: healthy ? (1 as const) : (0 as const),
    reported: JSON.stringify(reported),
    reportedAt: at,
  };
  await store.write((unit) => unit.db.insertInto("hostApplications").values(row).execute());
}
