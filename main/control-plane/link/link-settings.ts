import { z } from "zod";
import type { Store, WriteUnit } from "../db/store.ts";

const KEY = "link";
const linkSettings = z.object({ epoch: z.int().min(1) });

/** What the agent link keeps for itself: the epoch of desired documents. */
export type LinkSettings = z.infer<typeof linkSettings>;

/** Reads the link's settings; the first start makes them. Whatever else an earlier version kept with them goes. */
export async function loadLinkSettings(store: Store): Promise<LinkSettings> {
  return store.write(async (unit) => {
    const settings = (await read(unit)) ?? { epoch: 1 };
    await save(unit, settings);
    return settings;
  });
}

/**
 * Starts a new epoch, to be called once by a restore or an import before any host connects: hosts then take the restored
 * documents although their revisions look old.
 */
export async function startNewEpoch(unit: WriteUnit): Promise<void> {
  const stored = (await read(unit)) ?? { epoch: 1 };
  await save(unit, { ...stored, epoch: stored.epoch + 1 });
}

async function read(unit: WriteUnit): Promise<LinkSettings | undefined> {
  const row = await unit.db.selectFrom("settings").select("value").where("key", "=", KEY).executeTakeFirst();
  return row && linkSettings.parse(JSON.parse(row.value));
}

async function save(unit: WriteUnit, value: LinkSettings): Promise<void> {
  const text = JSON.stringify(value);
  await unit.db
    .insertInto("settings")
    .values({ key: KEY, value: text })
    .onConflict((conflict) => conflict.column("key").doUpdateSet({ value: text }))
    .execute();
}
