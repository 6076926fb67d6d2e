import type { Kysely, Selectable } from "kysely";
import { storeEntry, storeSettings, type StoreEntry, type StoreSettings } from "#shared/domain/store/store.ts";
import { AppError } from "#shared/errors/app-error.ts";
import type { Schema } from "../db/schema.ts";

type Row = Selectable<Schema["stores"]>;

/** A store that is new. */
export type NewStore = { readonly id: string; readonly name: string; readonly settings: StoreSettings; readonly hasSecret: boolean };

/** Rows of `stores`. They hold no secret. */
export class StoreRepository {
  readonly #db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.#db = db;
  }

  /** The local store first, then by name. */
  async list(): Promise<StoreEntry[]> {
    const rows = await this.#db.selectFrom("stores").selectAll().orderBy("name").execute();
    return rows.map(toEntry).toSorted((left, right) => Number(right.settings.kind === "local") - Number(left.settings.kind === "local"));
  }

  /** @throws AppError NOT_FOUND. */
  async require(id: string): Promise<StoreEntry> {
    const row = await this.#db.selectFrom("stores").selectAll().where("id", "=", id).executeTakeFirst();
    if (row === undefined) throw new AppError("NOT_FOUND", "There is no such store; it may have been removed.");
    return toEntry(row);
  }

  async isNameTaken(name: string, exceptId?: string): Promise<boolean> {
    const row = await this.#db.selectFrom("stores").select("id").where("name", "=", name).executeTakeFirst();
    return row !== undefined && row.id !== exceptId;
  }

  async insert(store: NewStore, now: number): Promise<void> {
    const { id, name, settings, hasSecret } = store;
    const unchecked = { checkedAt: null, checkedOk: null, checkedMessage: null };
    await this.#db
      .insertInto("stores")
      .values({ id, name, settings: JSON.stringify(settings), hasSecret: hasSecret ? 1 : 0, createdAt: now, ...unchecked, revision: 0 })
      .execute();
  }

  /** Changes columns and counts the revision up. */
  async update(id: string, change: Partial<Omit<Row, "id" | "revision">>): Promise<void> {
    await this.#db
      .updateTable("stores")
      .set((eb) => ({ ...change, revision: eb("revision", "+", 1) }))
      .where("id", "=", id)
      .execute();
  }

  /** Notes what the last look at the store said; not a change that others could collide with. */
  async noteCheck(id: string, checked: { readonly at: number; readonly ok: boolean; readonly message: string }): Promise<void> {
    await this.#db
      .updateTable("stores")
      .set({ checkedAt: checked.at, checkedOk: checked.ok ? 1 : 0, checkedMessage: checked.message.slice(0, 500) })
      .where("id", "=", id)
      .execute();
  }

  /** Whether releases are on their way there or from there, or are published and lie there. */
  async isInUse(id: string): Promise<boolean> {
    return (await this.#isPublishedTo(id)) || (await this.#isAdoptedFrom(id));
  }

  /** Removes the store with its ended publications and adoptions, and what is known of where files lie in it. */
  async delete(id: string): Promise<void> {
    await this.#db.deleteFrom("stores").where("id", "=", id).execute();
  }

  async #isAdoptedFrom(id: string): Promise<boolean> {
    const open = this.#db.selectFrom("adoptions").select("id").where("storeId", "=", id).where("state", "in", ["running", "paused"]);
    return (await open.limit(1).executeTakeFirst()) !== undefined;
  }

  async #isPublishedTo(id: string): Promise<boolean> {
    const row = await this.#db
      .selectFrom("publications")
      .innerJoin("releases", "releases.id", "publications.releaseId")
      .select("publications.id")
      .where("storeId", "=", id)
      .where("publications.state", "!=", "cancelled")
      .where("releases.state", "!=", "withdrawn")
      .limit(1)
      .executeTakeFirst();
    return row !== undefined;
  }
}

function toEntry(row: Row): StoreEntry {
  const { checkedAt, checkedOk, checkedMessage } = row;
  return storeEntry.parse({
    id: row.id,
    name: row.name,
    settings: storeSettings.parse(JSON.parse(row.settings)),
    hasSecret: row.hasSecret === 1,
    createdAt: row.createdAt,
    ...(checkedAt === null ? {} : { checked: { at: checkedAt, ok: checkedOk === 1, message: checkedMessage ?? "" } }),
    revision: row.revision,
  });
}
