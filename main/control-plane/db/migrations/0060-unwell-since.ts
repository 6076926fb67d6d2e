import { sql, type Kysely } from "kysely";

/** Since when an application is unwell where it runs: a moment without an answer is not a failure, a lasting one is. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw("ALTER TABLE hostApplications ADD COLUMN unwellSince INTEGER").execute(db);
}
