import { z } from "zod";
import { applicationWaitOf } from "#shared/domain/host/application-wait.ts";
import { reportedApplication, type ReportedApplication } from "#shared/domain/host/reported.ts";
import type { HostId } from "#shared/lib/ids.ts";
import { assertNever } from "#shared/lib/assert-never.ts";
import type { RawDatabase } from "../ports/database.ts";
import type { Observation } from "./host-seam.ts";
import { writeTraffic } from "./traffic.ts";

const UPSERT = `INSERT INTO hostApplications
  (hostId, applicationId, currentReleaseId, currentVersion, currentDigest, candidateReleaseId, phase, grantId, healthy, reported, reportedAt, unwellSince)
  SELECT ?, id, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? FROM applications WHERE id = ?
  ON CONFLICT (hostId, applicationId) DO UPDATE SET currentReleaseId = excluded.currentReleaseId, currentVersion = excluded.currentVersion,
  currentDigest = excluded.currentDigest, candidateReleaseId = excluded.candidateReleaseId, phase = excluded.phase, grantId = excluded.grantId,
  healthy = excluded.healthy, reported = excluded.reported, reportedAt = excluded.reportedAt,
  unwellSince = excluded.unwellSince`;

const knownApplication = z.object({
  phase: z.string(),
  healthy: z.int(),
  currentDigest: z.string().nullable(),
  unwellSince: z.int().nullable(),
  staged: z.string().nullable(),
});

const QUARANTINE = `INSERT INTO hostQuarantines (hostId, applicationId, releaseId, digest, reason, at, expiresAt)
  SELECT ?, ?, id, ?, ?, ?, ? FROM releases WHERE id = ? AND applicationId = ?`;

const EVENT = `INSERT INTO hostEvents (hostId, at, kind, applicationId, releaseId, message, details) VALUES (?, ?, ?, ?, ?, ?, ?)`;

/** The report itself is read only of what lies ready. */
const KNOWN = `SELECT phase, healthy, currentDigest, unwellSince, CASE phase WHEN 'staged' THEN reported END AS staged
  FROM hostApplications WHERE hostId = ? AND applicationId = ?`;

/**
 * Writes what a host says, as it says it: short synchronous writes of the hot path. Nothing is concluded here. An
 * application or a release that this control plane does not know (any more) is passed over. Answers whether people who
 * watch the host have anything new to see.
 */
export function writeObservation(raw: RawDatabase, hostId: HostId, observation: Observation, now: number): boolean {
  raw.prepare("UPDATE hosts SET lastSeenAt = ? WHERE id = ?").run(now, hostId);
  switch (observation.kind) {
    case "phase":
      writeApplication(raw, hostId, observation.application, now);
      writePhaseEvent(raw, hostId, observation, now);
      writeTraffic(raw, hostId, observation);
      return true;
    case "state":
    case "hello":
      forgetOthers(raw, hostId, observation.applications);
      return observation.applications.map((application) => writeApplication(raw, hostId, application, now)).includes(true);
    default:
      return assertNever(observation);
  }
}

/** True when phase, health, version or what it waits for differ from what was known. */
function writeApplication(raw: RawDatabase, hostId: HostId, application: ReportedApplication, now: number): boolean {
  const { applicationId, current, candidate, phase, grantId, healthy } = application;
  const known = knownApplication.optional().parse(raw.prepare(KNOWN).get(hostId, applicationId));
  raw
    .prepare(UPSERT)
    .run(
      hostId,
      current?.releaseId ?? null,
      current?.version ?? null,
      current?.digest ?? null,
      candidate?.releaseId ?? null,
      phase,
      grantId ?? null,
      healthy ? 1 : 0,
      JSON.stringify(application),
      now,
      healthy ? null : (known?.unwellSince ?? now),
      applicationId,
    );
  writeQuarantine(raw, hostId, application);
  return (
    known === undefined ||
    known.phase !== phase ||
    (known.healthy === 1) !== healthy ||
    known.currentDigest !== (current?.digest ?? null) ||
    waitText(application) !== (known.staged === null ? undefined : waitText(reportedApplication.safeParse(JSON.parse(known.staged)).data))
  );
}

function waitText(application: ReportedApplication | undefined): string | undefined {
  const wait = application && applicationWaitOf(application);
  return wait && JSON.stringify(wait);
}

/** The host's list is the whole truth about its quarantine; it is written only where it differs. */
function writeQuarantine(raw: RawDatabase, hostId: HostId, { applicationId, quarantine }: ReportedApplication): void {
  const known = raw.prepare("SELECT count(*) AS n FROM hostQuarantines WHERE hostId = ? AND applicationId = ?").get(hostId, applicationId);
  const count = typeof known === "object" && known !== null && "n" in known ? known.n : 0;
  if (count === 0 && quarantine.length === 0) return;
  raw.prepare("DELETE FROM hostQuarantines WHERE hostId = ? AND applicationId = ?").run(hostId, applicationId);
  const unique = new Map(quarantine.map((one) => [`${one.releaseId} ${one.digest}`, one]));
  for (const one of unique.values())
    raw.prepare(QUARANTINE).run(hostId, applicationId, one.digest, one.reason, one.at, one.expiresAt ?? null, one.releaseId, applicationId);
}

function forgetOthers(raw: RawDatabase, hostId: HostId, applications: readonly ReportedApplication[]): void {
  const marks = applications.map(() => "?").join(", ");
  const ids = applications.map((application) => application.applicationId);
  raw.prepare(`DELETE FROM hostApplications WHERE hostId = ? AND applicationId NOT IN (${marks})`).run(hostId, ...ids);
}

function writePhaseEvent(
  raw: RawDatabase,
  hostId: HostId,
  { at, applicationId, releaseId, phase, failure, fetched, application }: Observation & { readonly kind: "phase" },
  now: number,
): void {
  const version = [application.candidate, application.current].find((one) => one?.releaseId === releaseId)?.version;
  const details = {
    phase,
    // By the host's own clock: what waited on the way is told later than it happened.
    hostAt: at,
    ...(version === undefined ? {} : { version }),
    ...(fetched === undefined ? {} : { fetched }),
    ...(failure === undefined
      ? {}
      : {
          cause: failure.cause,
          ...(failure.code === undefined ? {} : { code: failure.code }),
          ...(failure.logTail === undefined ? {} : { logTail: failure.logTail }),
        }),
  };
  raw.prepare(EVENT).run(hostId, now, `phase.${phase}`, applicationId, releaseId, failure?.message ?? phase, JSON.stringify(details));
}
