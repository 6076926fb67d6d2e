import type { Store } from "../db/store.ts";

/** Rows of one write: short enough that a pause does not wait for housekeeping. */
const BATCH = 2_000;

/** Forgets lines of timelines and ended commands that are older than `retentionMs`. The audit keeps what people did. */
export async function pruneHostRecords(store: Store, retentionMs: number): Promise<void> {
  await inBatches(() =>
    store.write(async ({ db, now }) => {
      const old = db
        .selectFrom("hostEvents")
        .select("id")
        .where("at", "<", now - retentionMs)
        .limit(BATCH);
      return (await db.deleteFrom("hostEvents").where("id", "in", old).executeTakeFirst()).numDeletedRows;
    }),
  );
  await inBatches(() =>
    store.write(async ({ db, now }) => {
      const old = db
        .selectFrom("commands")
        .select("id")
        .where("finishedAt", "<", now - retentionMs)
        .limit(BATCH);
      return (await db.deleteFrom("commands").where("id", "in", old).executeTakeFirst()).numDeletedRows;
    }),
  );
}

async function inBatches(remove: () => Promise<bigint>): Promise<void> {
  let removed = await remove();
  while (removed >= BATCH) removed = await remove();
}
