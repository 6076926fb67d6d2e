import { z } from "zod";
import type { HostFacts } from "#shared/domain/host/reported.ts";
import type { HostId } from "#shared/lib/ids.ts";
import type { DocumentPair } from "#shared/protocol/agent-frames.ts";
import type { RawDatabase } from "../../ports/database.ts";
import type { LastDocument } from "../desired-pair.ts";

/**
 * Writes who is connected. A host that is found gone was last seen when it last spoke, not now. Every function here is
 * one short synchronous write of the hot path.
 */
export function writeConnection(raw: RawDatabase, hostId: HostId, connection: "connected" | "disconnected" | "cloned", now: number): void {
  const seenAt = connection === "disconnected" ? null : now;
  raw.prepare("UPDATE hosts SET connection = ?, lastSeenAt = COALESCE(?, lastSeenAt) WHERE id = ?").run(connection, seenAt, hostId);
}

/** Nobody is connected to a control plane that has just started or is stopping. */
export function writeAllDisconnected(raw: RawDatabase): void {
  raw.prepare("UPDATE hosts SET connection = 'disconnected' WHERE connection <> 'disconnected'").run();
}

/** Keeps what the host says about its machine, for people and for the choice of artifacts. */
export function writeFacts(raw: RawDatabase, hostId: HostId, facts: HostFacts): void {
  raw.prepare("UPDATE hosts SET facts = ?, platform = ? WHERE id = ?").run(JSON.stringify(facts), facts.platform, hostId);
}

/** The host was heard, though nothing of what it said changed anything. */
export function writeLastSeen(raw: RawDatabase, hostId: HostId, now: number): void {
  raw.prepare("UPDATE hosts SET lastSeenAt = ? WHERE id = ?").run(now, hostId);
}

/**
 * Moves the host's report counter forward. False when this very report was committed before (by a link that has been
 * replaced meanwhile): then nothing else of it may be written.
 */
export function advanceReports(raw: RawDatabase, hostId: HostId, boot: string, sequence: number): boolean {
  return (
    raw
      .prepare("UPDATE hosts SET boot = ?, sequence = ? WHERE id = ? AND (boot IS NOT ? OR sequence < ?)")
      .run(boot, sequence, hostId, boot, sequence).changes > 0
  );
}

const documentRow = z.object({ desiredEpoch: z.int(), desiredRevision: z.int(), desiredDigest: z.string().nullable() });

/** What is known of the last document of a host; undefined when the host is gone. */
export function readLastDocument(raw: RawDatabase, hostId: HostId): LastDocument | undefined {
  const row = documentRow
    .optional()
    .parse(raw.prepare("SELECT desiredEpoch, desiredRevision, desiredDigest FROM hosts WHERE id = ?").get(hostId));
  return row && { epoch: row.desiredEpoch, revision: row.desiredRevision, digest: row.desiredDigest ?? undefined };
}

/** Keeps the pair before the document is on the wire. */
export function writeLastDocument(raw: RawDatabase, hostId: HostId, pair: DocumentPair, digest: string): void {
  raw
    .prepare("UPDATE hosts SET desiredEpoch = ?, desiredRevision = ?, desiredDigest = ? WHERE id = ?")
    .run(pair.epoch, pair.revision, digest, hostId);
}

/** One line of a host's timeline. */
export function writeHostEvent(
  raw: RawDatabase,
  hostId: HostId,
  event: {
    readonly at: number;
    readonly kind: string;
    readonly applicationId?: string;
    readonly message: string;
    readonly details: object;
  },
): void {
  raw
    .prepare("INSERT INTO hostEvents (hostId, at, kind, applicationId, releaseId, message, details) VALUES (?, ?, ?, ?, NULL, ?, ?)")
    .run(hostId, event.at, event.kind, event.applicationId ?? null, event.message, JSON.stringify(event.details));
}
