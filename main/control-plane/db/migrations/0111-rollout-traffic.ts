import { sql, type Kysely } from "kysely";

/** What the hosts of a rollout fetched, beside what they would have fetched without deltas and kept files. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(
      `CREATE TABLE rolloutTraffic (
        rolloutId TEXT PRIMARY KEY REFERENCES rollouts(id) ON DELETE CASCADE, downloads INTEGER NOT NULL, bytes INTEGER NOT NULL,
        fullBytes INTEGER NOT NULL) STRICT`,
    )
    .execute(db);
}
