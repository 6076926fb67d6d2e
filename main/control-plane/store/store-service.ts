import { LOCAL_STORE_ID, type StoreEntry, type StoreSecret, type StoreSettings } from "#shared/domain/store/store.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { storeId as storeIdSchema, type StoreId } from "#shared/lib/ids.ts";
import type { Details, Store, WriteUnit } from "../db/store.ts";
import type { Clock } from "../ports/clock.ts";
import type { Ids } from "../ports/ids.ts";
import type { ReleaseStores } from "./release-stores.ts";
import { checkStore, type StoreCheck } from "./store-check.ts";
import { StoreRepository } from "./store-repository.ts";
import type { StoreSecrets } from "./store-secrets.ts";

/** What the service of stores is made of. */
export type StoreServiceParts = {
  readonly store: Store;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly secrets: StoreSecrets;
  readonly releaseStores: ReleaseStores;
};

/** A store as somebody sets it up. */
export type StoreDraft = {
  readonly name: string;
  readonly settings: StoreSettings;
  readonly secret?: StoreSecret | undefined;
  readonly unchecked: boolean;
};

/** Whose repository is looked at while there is no application yet. */
const PROBED_PRODUCT = "org.example.rollcall-check";

/** Sets places for releases up, looks at them, and forgets them. */
export class StoreService {
  readonly #parts: StoreServiceParts;

  constructor(parts: StoreServiceParts) {
    this.#parts = parts;
  }

  list(): Promise<StoreEntry[]> {
    return new StoreRepository(this.#parts.store.read).list();
  }

  /**
   * Adds a store after a look at it.
   *
   * @throws AppError CONFLICT_EXISTS, INPUT_INVALID for a second local store, and what the store said when it cannot be
   * used; nothing was saved.
   */
  async create(actor: string, draft: StoreDraft): Promise<StoreEntry> {
    const { name, settings, secret } = draft;
    if (settings.kind === "local")
      throw new AppError("INPUT_INVALID", "There is one local store, and it is there already; none was added.");
    await this.#requireFreeName(new StoreRepository(this.#parts.store.read), name);
    const checked = draft.unchecked ? undefined : await this.#requireUsable(settings, secret);
    const id = storeIdSchema.parse(this.#parts.ids.uuid());
    // Before the row: credentials that nobody names are swept at the next start, a row without them could not be used.
    if (secret !== undefined) await this.#parts.secrets.write(id, secret);
    return this.#parts.store.write(async (unit) => {
      const rows = new StoreRepository(unit.db);
      await this.#requireFreeName(rows, name);
      await rows.insert({ id, name, settings, hasSecret: secret !== undefined }, unit.now);
      if (checked !== undefined) await rows.noteCheck(id, { at: unit.now, ...checked });
      noteChange(unit, { actor, action: "store.added", id, details: { name, kind: settings.kind, withSecret: secret !== undefined } });
      return rows.require(id);
    });
  }

  /** @throws AppError NOT_FOUND, CONFLICT_STATE for the local store, CONFLICT_STALE, CONFLICT_EXISTS, INPUT_INVALID for another kind. */
  update(
    actor: string,
    change: { readonly storeId: StoreId; readonly revision: number; readonly name: string; readonly settings: StoreSettings },
  ): Promise<StoreEntry> {
    const { storeId, name, settings } = change;
    requireOther(storeId, "changed");
    return this.#parts.store.write(async (unit) => {
      const rows = new StoreRepository(unit.db);
      const before = await rows.require(storeId);
      if (before.revision !== change.revision)
        throw new AppError("CONFLICT_STALE", `The store ${before.name} was changed by someone else meanwhile; nothing was saved.`, {
          details: { revision: before.revision },
        });
      if (before.settings.kind !== settings.kind)
        throw new AppError(
          "INPUT_INVALID",
          `${before.name} stays a store of the kind ${before.settings.kind}; nothing was saved. Add another store.`,
        );
      await this.#requireFreeName(rows, name, storeId);
      await rows.update(storeId, { name, settings: JSON.stringify(settings) });
      const details = { before: { name: before.name, settings: before.settings }, after: { name, settings } };
      noteChange(unit, { actor, action: "store.changed", id: storeId, details });
      return rows.require(storeId);
    });
  }

  /** @throws AppError NOT_FOUND, CONFLICT_STATE for the local store, ENV_SECRETS_LOCKED. */
  async setSecret(actor: string, storeId: StoreId, secret: StoreSecret | null): Promise<StoreEntry> {
    requireOther(storeId, "changed");
    await new StoreRepository(this.#parts.store.read).require(storeId);
    await this.#parts.secrets.write(storeId, secret);
    return this.#parts.store.write(async (unit) => {
      const rows = new StoreRepository(unit.db);
      await rows.update(storeId, { hasSecret: secret === null ? 0 : 1 });
      const action = secret === null ? "store.secret-removed" : "store.secret-set";
      noteChange(unit, { actor, action, id: storeId, details: { name: (await rows.require(storeId)).name } });
      return rows.require(storeId);
    });
  }

  /** Looks at the store and notes what it said; one that cannot be used is an answer, not a failure. */
  async check(storeId: StoreId): Promise<StoreEntry> {
    await new StoreRepository(this.#parts.store.read).require(storeId);
    const { ok, message } = await this.#check(await this.#parts.releaseStores.open(storeId));
    return this.#parts.store.write(async (unit) => {
      const rows = new StoreRepository(unit.db);
      await rows.noteCheck(storeId, { at: unit.now, ok, message });
      unit.emit({ topic: "store.changed", ids: { storeId } });
      return rows.require(storeId);
    });
  }

  /** @throws AppError NOT_FOUND, CONFLICT_STATE for the local store, CONFLICT_IN_USE while releases need it. */
  async remove(actor: string, storeId: StoreId): Promise<void> {
    requireOther(storeId, "removed");
    await this.#parts.store.write(async (unit) => {
      const rows = new StoreRepository(unit.db);
      const { name, settings } = await rows.require(storeId);
      if (await rows.isInUse(storeId))
        throw new AppError(
          "CONFLICT_IN_USE",
          `Releases lie in ${name}, or are on their way there or from there; it was not removed. Withdraw or cancel them first.`,
        );
      await rows.delete(storeId);
      noteChange(unit, { actor, action: "store.removed", id: storeId, details: { name, kind: settings.kind } });
    });
    await this.#parts.secrets.write(storeId, null);
  }

  /** Removes credentials that no row names; at the start. */
  async recover(): Promise<void> {
    await this.#parts.secrets.keepOnly((await this.list()).map(({ id }) => id));
  }

  async #requireUsable(settings: StoreSettings, secret: StoreSecret | undefined): Promise<StoreCheck> {
    const checked = await this.#check(this.#parts.releaseStores.trial(settings, secret));
    if (checked.ok) return checked;
    const code = checked.failure?.code ?? "STORE_FORBIDDEN";
    throw new AppError(
      code,
      `${checked.message} The store was not added.`,
      checked.failure === undefined ? {} : { cause: checked.failure },
    );
  }

  async #check(releaseStore: ReturnType<ReleaseStores["trial"]>): Promise<StoreCheck> {
    const first = await this.#parts.store.read.selectFrom("applications").select("productId").orderBy("name").limit(1).executeTakeFirst();
    return checkStore(releaseStore, first?.productId ?? PROBED_PRODUCT, this.#parts.clock);
  }

  async #requireFreeName(rows: StoreRepository, name: string, exceptId?: string): Promise<void> {
    if (await rows.isNameTaken(name, exceptId))
      throw new AppError("CONFLICT_EXISTS", `There is a store "${name}" already; nothing was saved.`);
  }
}

function requireOther(storeId: StoreId, verb: string): void {
  if (storeId === LOCAL_STORE_ID)
    throw new AppError("CONFLICT_STATE", `The local store belongs to this control plane and cannot be ${verb}.`);
}

function noteChange(
  unit: WriteUnit,
  change: { readonly actor: string; readonly action: string; readonly id: StoreId; readonly details: Details },
): void {
  const { actor, action, id, details } = change;
  unit.audit({ actor, action, subject: `store:${id}`, details });
  unit.emit({ topic: "store.changed", ids: { storeId: id } });
}
