import type { Store, WriteUnit } from "../db/store.ts";

/** Rows of one write: short enough that a pause does not wait for housekeeping. */
const BATCH = 2_000;

/**
 * Forgets lines of timelines, signed reports, ended commands and ended enrolment tokens that are older than `retentionMs`, and revoked
 * hosts that nothing speaks of any more. The audit keeps what people did.
 */
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
        .selectFrom("signedReports")
        .select("id")
        .where("at", "<", now - retentionMs)
        .limit(BATCH);
      return (await db.deleteFrom("signedReports").where("id", "in", old).executeTakeFirst()).numDeletedRows;
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
  await store.write(async ({ db, now }) => {
    const before = now - retentionMs;
    await db
      .deleteFrom("enrolmentTokens")
      .where((eb) => eb.or([eb("revokedAt", "<", before), eb("expiresAt", "<", before)]))
      .execute();
  });
  await inBatches(() => store.write(forgetRevokedHosts));
}

/** A revoked host goes with the last line of its timeline, so that whoever still tries to come in by its key stays visible. */
async function forgetRevokedHosts({ db }: WriteUnit): Promise<bigint> {
  const gone = db
    .selectFrom("hosts")
    .select("id")
    .where("state", "=", "revoked")
    .where((eb) => eb.not(eb.exists(eb.selectFrom("hostEvents").select("id").whereRef("hostEvents.hostId", "=", "hosts.id"))))
    .where((eb) => eb.not(eb.exists(eb.selectFrom("waveMembers").select("waveId").whereRef("waveMembers.hostId", "=", "hosts.id"))))
    .where((eb) => eb.not(eb.exists(eb.selectFrom("grants").select("id").whereRef("grants.hostId", "=", "hosts.id"))))
    .limit(BATCH);
  return (await db.deleteFrom("hosts").where("id", "in", gone).executeTakeFirst()).numDeletedRows;
}

async function inBatches(remove: () => Promise<bigint>): Promise<void> {
  let removed = await remove();
  while (removed >= BATCH) removed = await remove();
}
