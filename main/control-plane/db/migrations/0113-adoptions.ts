import { sql, type Kysely } from "kysely";

const STATEMENTS = [
  `CREATE TABLE adoptions (
    id TEXT PRIMARY KEY, applicationId TEXT NOT NULL REFERENCES applications(id) ON DELETE CASCADE,
    storeId TEXT NOT NULL REFERENCES stores(id) ON DELETE CASCADE,
    state TEXT NOT NULL CHECK (state IN ('running','paused','failed','cancelled','completed')), message TEXT NOT NULL,
    publicKeys TEXT NOT NULL, startedAt INTEGER NOT NULL, startedBy TEXT NOT NULL, finishedAt INTEGER, revision INTEGER NOT NULL) STRICT`,
  `CREATE INDEX adoptionsByApplication ON adoptions (applicationId, startedAt)`,
  // The draft is no reference: what was adopted stays told after it is discarded.
  `CREATE TABLE adoptionReleases (
    adoptionId TEXT NOT NULL REFERENCES adoptions(id) ON DELETE CASCADE, ordinal INTEGER NOT NULL, reference TEXT NOT NULL,
    version TEXT NOT NULL, state TEXT NOT NULL CHECK (state IN ('pending','running','done','failed')), attempts INTEGER NOT NULL,
    failures INTEGER NOT NULL, errorCode TEXT, errorMessage TEXT, retryAt INTEGER, releaseId TEXT,
    PRIMARY KEY (adoptionId, ordinal)) STRICT`,
  // Neither is the upload: it expires by itself.
  `CREATE TABLE adoptionFiles (
    adoptionId TEXT NOT NULL, ordinal INTEGER NOT NULL, place INTEGER NOT NULL, name TEXT NOT NULL, platform TEXT NOT NULL,
    sizeBytes INTEGER NOT NULL, uploadId TEXT, PRIMARY KEY (adoptionId, ordinal, place),
    FOREIGN KEY (adoptionId, ordinal) REFERENCES adoptionReleases(adoptionId, ordinal) ON DELETE CASCADE) STRICT`,
] as const;

/** Releases of stores that become drafts here, and how far that is. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
