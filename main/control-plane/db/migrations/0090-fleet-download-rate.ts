import { sql, type Kysely } from "kysely";

/** How fast the hosts of a fleet may fetch artifacts through the control plane, all together. Null is as fast as they can. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw("ALTER TABLE fleets ADD COLUMN downloadBytesPerSecond INTEGER").execute(db);
}
