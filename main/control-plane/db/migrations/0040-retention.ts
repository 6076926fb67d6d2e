import { sql, type Kysely } from "kysely";

/** Finds commands that ended long ago without reading the others. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(`CREATE INDEX commandsEnded ON commands (finishedAt) WHERE finishedAt IS NOT NULL`).execute(db);
}
