import { sql, type Kysely } from "kysely";

const STATEMENTS = [
  `CREATE TABLE deltaPreparations (
    releaseId TEXT PRIMARY KEY REFERENCES releases(id) ON DELETE CASCADE,
    state TEXT NOT NULL CHECK (state IN ('making','paused','done')), message TEXT NOT NULL, limitMs INTEGER NOT NULL,
    usedMs INTEGER NOT NULL, startedAt INTEGER NOT NULL, startedBy TEXT NOT NULL, finishedAt INTEGER) STRICT`,
  `CREATE TABLE releaseDeltas (
    releaseId TEXT NOT NULL REFERENCES releases(id) ON DELETE CASCADE, artifactSha256 TEXT NOT NULL, fromSha256 TEXT NOT NULL,
    fromReleaseId TEXT NOT NULL, fromVersion TEXT NOT NULL, fromSizeBytes INTEGER NOT NULL, ordinal INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending','running','made','dropped','failed','skipped')), attempts INTEGER NOT NULL,
    codec TEXT, sizeBytes INTEGER, sha256 TEXT, named INTEGER NOT NULL, message TEXT NOT NULL,
    PRIMARY KEY (releaseId, artifactSha256, fromSha256)) STRICT`,
  `CREATE INDEX releaseDeltasByDigest ON releaseDeltas (sha256) WHERE sha256 IS NOT NULL`,
] as const;

/** Deltas of releases, and how far their making is. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
