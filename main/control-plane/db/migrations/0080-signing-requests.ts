import { sql, type Kysely } from "kysely";

const STATEMENTS = [
  `CREATE TABLE signingRequests (
    id TEXT PRIMARY KEY, kind TEXT NOT NULL, releaseId TEXT, intent TEXT NOT NULL, payload TEXT NOT NULL, title TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open','completed','cancelled')),
    draft INTEGER NOT NULL, fingerprint TEXT NOT NULL, rootVersion INTEGER NOT NULL, draftedAt INTEGER NOT NULL,
    createdAt INTEGER NOT NULL, createdBy TEXT NOT NULL, endedAt INTEGER, committedAt INTEGER) STRICT`,
  `CREATE INDEX signingRequestsByRelease ON signingRequests (releaseId, kind)`,
  `CREATE INDEX signingRequestsByState ON signingRequests (state, createdAt)`,
  `CREATE TABLE signingDocuments (
    requestId TEXT NOT NULL REFERENCES signingRequests(id) ON DELETE CASCADE, ordinal INTEGER NOT NULL, name TEXT NOT NULL,
    role TEXT NOT NULL, sha256 TEXT NOT NULL, sizeBytes INTEGER NOT NULL, quorums TEXT NOT NULL, bytes BLOB,
    PRIMARY KEY (requestId, name)) STRICT`,
  `CREATE TABLE signatures (
    requestId TEXT NOT NULL REFERENCES signingRequests(id) ON DELETE CASCADE, document TEXT NOT NULL, keyId TEXT NOT NULL,
    publicKey TEXT NOT NULL, signature BLOB NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (requestId, document, keyId)) STRICT`,
  `CREATE TABLE trustKeys (keyId TEXT PRIMARY KEY, publicKey TEXT NOT NULL, label TEXT NOT NULL, addedAt INTEGER NOT NULL) STRICT`,
  // A copy of what the application's role has signed, for decisions in SQL; written anew at every start.
  `ALTER TABLE applications ADD COLUMN minimumVersion TEXT`,
  // Tokens of earlier builds pinned the first root.
  `ALTER TABLE enrolmentTokens ADD COLUMN rootVersion INTEGER NOT NULL DEFAULT 1`,
] as const;

/** What waits for signatures, who has signed, the names of people's keys, and what follows from signed policies. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
