import { sql, type Kysely } from "kysely";

const LOCAL_STORE = "00000000-0000-4000-8000-000000000001";

/** A random UUID, made by the database for rows of its own. */
const UUID = `lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-a' || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))`;

const STATEMENTS = [
  `CREATE TABLE stores (
    id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, settings TEXT NOT NULL, hasSecret INTEGER NOT NULL, createdAt INTEGER NOT NULL,
    checkedAt INTEGER, checkedOk INTEGER, checkedMessage TEXT, revision INTEGER NOT NULL) STRICT`,
  `INSERT INTO stores VALUES ('${LOCAL_STORE}', 'local', '{"kind":"local"}', 0, unixepoch() * 1000, NULL, NULL, NULL, 0)`,

  `CREATE TABLE publications (
    id TEXT PRIMARY KEY, releaseId TEXT NOT NULL REFERENCES releases(id) ON DELETE CASCADE,
    storeId TEXT NOT NULL REFERENCES stores(id) ON DELETE CASCADE, place INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('running','waiting','paused','failed','cancelled','completed')),
    message TEXT NOT NULL, errorCode TEXT, errorMessage TEXT, retryAt INTEGER, failures INTEGER NOT NULL,
    cleaning INTEGER NOT NULL, signingRequestId TEXT, startedAt INTEGER NOT NULL, startedBy TEXT NOT NULL, finishedAt INTEGER,
    revision INTEGER NOT NULL) STRICT`,
  `CREATE UNIQUE INDEX publicationsLive ON publications (releaseId, storeId) WHERE state != 'cancelled'`,
  `CREATE INDEX publicationsOpen ON publications (state) WHERE state NOT IN ('completed','cancelled')`,
  `CREATE INDEX publicationsByStore ON publications (storeId)`,
  `CREATE TABLE publicationSteps (
    publicationId TEXT NOT NULL REFERENCES publications(id) ON DELETE CASCADE, stepId TEXT NOT NULL, ordinal INTEGER NOT NULL,
    phase TEXT NOT NULL, title TEXT NOT NULL, state TEXT NOT NULL CHECK (state IN ('pending','running','done')),
    doneBytes INTEGER NOT NULL, totalBytes INTEGER NOT NULL, needsSignature INTEGER NOT NULL, attempts INTEGER NOT NULL, note TEXT,
    PRIMARY KEY (publicationId, stepId)) STRICT`,
  `CREATE TABLE releaseLocations (
    releaseId TEXT NOT NULL REFERENCES releases(id) ON DELETE CASCADE, storeId TEXT NOT NULL REFERENCES stores(id) ON DELETE CASCADE,
    sha256 TEXT NOT NULL, location TEXT NOT NULL, PRIMARY KEY (releaseId, storeId, sha256)) STRICT`,
  `CREATE TABLE storeTasks (
    id TEXT PRIMARY KEY, storeId TEXT NOT NULL REFERENCES stores(id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('channel','withdraw')), productId TEXT NOT NULL, subject TEXT NOT NULL, version TEXT NOT NULL,
    failures INTEGER NOT NULL, message TEXT NOT NULL, createdAt INTEGER NOT NULL,
    UNIQUE (storeId, kind, productId, subject)) STRICT`,

  // The application's name as the signed documents have it, so that a later store gets the same bytes.
  `ALTER TABLE releases ADD COLUMN publishedName TEXT`,
  `UPDATE releases SET publishedName = (SELECT name FROM applications WHERE applications.id = releases.applicationId)
    WHERE manifestSha256 IS NOT NULL`,
  // Until now every release went to the local store.
  `INSERT INTO publications SELECT ${UUID}, id, '${LOCAL_STORE}', 0, CASE state WHEN 'draft' THEN 'running' ELSE 'completed' END,
    '', NULL, NULL, NULL, 0, 0, NULL, coalesce(publishedAt, createdAt), createdBy,
    CASE state WHEN 'draft' THEN NULL ELSE publishedAt END, 0 FROM releases WHERE state != 'draft' OR manifestSha256 IS NOT NULL`,
] as const;

/** Places for releases, and releases on their way there. The local store is a row that is always there. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
