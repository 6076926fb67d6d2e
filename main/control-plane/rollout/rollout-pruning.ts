import type { Store } from "../db/store.ts";

/** Rows of one transaction, so that a pause need not wait for housekeeping. */
const AT_ONCE = 1_000;

/** Rollouts of one round. */
const ROUND = 50;

/**
 * Forgets rollouts that ended longer ago than `retentionMs`, with their waves and members, once none of their grants is
 * kept any more. What they did stays in the version histories and in the audit.
 */
export async function pruneRollouts(store: Store, retentionMs: number): Promise<void> {
  for (let old = await findOld(store, retentionMs); old.length > 0; old = await findOld(store, retentionMs)) {
    for (const rollout of old) {
      await forgetMembers(store, rollout.id);
      await forget(store, rollout);
    }
  }
}

type Old = { readonly id: string; readonly fleetId: string };

/** Asked of the write connection: the next round must not see what this one removed. */
function findOld(store: Store, retentionMs: number): Promise<readonly Old[]> {
  return store.write(({ db, now }) =>
    db
      .selectFrom("rollouts")
      .select(["id", "fleetId"])
      .where("finishedAt", "<", now - retentionMs)
      .where("id", "not in", db.selectFrom("grants").select("rolloutId").where("rolloutId", "is not", null))
      .orderBy("finishedAt")
      .limit(ROUND)
      .execute(),
  );
}

async function forgetMembers(store: Store, rolloutId: string): Promise<void> {
  const waves = await store.read.selectFrom("waves").select("id").where("rolloutId", "=", rolloutId).execute();
  for (const { id } of waves) for (let removed = AT_ONCE; removed >= AT_ONCE;) removed = await forgetSome(store, id);
}

function forgetSome(store: Store, waveId: string): Promise<number> {
  return store.write(async ({ db }) => {
    const some = db.selectFrom("waveMembers").select("hostId").where("waveId", "=", waveId).limit(AT_ONCE);
    const result = await db.deleteFrom("waveMembers").where("waveId", "=", waveId).where("hostId", "in", some).executeTakeFirst();
    return Number(result.numDeletedRows);
  });
}

function forget(store: Store, { id, fleetId }: Old): Promise<void> {
  return store.write(async (unit) => {
    await unit.db.updateTable("rollouts").set({ supersededBy: null }).where("supersededBy", "=", id).execute();
    await unit.db.updateTable("targetChanges").set({ rolloutId: null }).where("rolloutId", "=", id).execute();
    await unit.db.deleteFrom("rollouts").where("id", "=", id).execute();
    unit.emit({ topic: "rollout.forgotten", ids: { rolloutId: id, fleetId }, fleetId });
  });
}
