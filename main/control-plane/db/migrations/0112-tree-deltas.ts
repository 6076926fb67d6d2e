import { sql, type Kysely } from "kysely";

const STATEMENTS = [
  `ALTER TABLE releaseDeltas ADD COLUMN isTree INTEGER NOT NULL DEFAULT 0`,
  `ALTER TABLE releaseDeltas ADD COLUMN fromTree TEXT`,
  `ALTER TABLE releaseDeltas ADD COLUMN toTree TEXT`,
] as const;

/** Deltas between what archives unpack to. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
