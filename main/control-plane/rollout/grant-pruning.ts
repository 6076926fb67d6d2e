import { sql } from "kysely";
import type { Store } from "../db/store.ts";

/** Rows of one transaction, so that a pause need not wait for housekeeping. */
const AT_ONCE = 1_000;

/**
 * Forgets grants that ended longer ago than `retentionMs`, and than any rate cap looks back, and belong to no rollout
 * that still holds its subscriptions: those tell how members stand. What became of each host stays in the waves and in
 * the audit.
 */
export async function pruneGrants(store: Store, retentionMs: number): Promise<void> {
  const lookBack = await store.read
    .selectFrom("subscriptions")
    .select(sql<number | null>`max(json_extract(policy, '$.rate.intervalMs'))`.as("ms"))
    .executeTakeFirst();
  const keepMs = Math.max(retentionMs, lookBack?.ms ?? 0);
  for (let removed = AT_ONCE; removed === AT_ONCE;) removed = await pruneSome(store, keepMs);
}

function pruneSome(store: Store, keepMs: number): Promise<number> {
  return store.write(async ({ db, now }) => {
    const old = db
      .selectFrom("grants")
      .leftJoin("rollouts", "rollouts.id", "grants.rolloutId")
      .select("grants.id")
      .where("grants.endedAt", "<", now - keepMs)
      .where("grants.state", "!=", "active")
      .where((eb) => eb.or([eb("rollouts.id", "is", null), eb("rollouts.finishedAt", "is not", null)]))
      .limit(AT_ONCE);
    const result = await db.deleteFrom("grants").where("id", "in", old).executeTakeFirst();
    return Number(result.numDeletedRows);
  });
}
