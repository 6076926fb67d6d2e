import { sql, type Kysely } from "kysely";

/**
 * Reports of hosts as they were signed, for exports that are checked without us. No foreign key: they outlive the host, as
 * the audit does, until their retention ends.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(
      `CREATE TABLE signedReports (
        id INTEGER PRIMARY KEY AUTOINCREMENT, hostId TEXT NOT NULL, fleetId TEXT NOT NULL, publicKey TEXT NOT NULL,
        boot TEXT NOT NULL, sequence INTEGER NOT NULL, at INTEGER NOT NULL, body TEXT NOT NULL, signature TEXT NOT NULL) STRICT`,
    )
    .execute(db);
  await sql.raw(`CREATE INDEX signedReportsByTime ON signedReports (at)`).execute(db);
  // Few among many: what Home shows must not read a fleet's timelines.
  await sql.raw(`CREATE INDEX hostEventsRefused ON hostEvents (at, hostId) WHERE kind = 'refused'`).execute(db);
}
