import { settings as settingsSchema, type Settings } from "#shared/contract/administration.ts";
import { revision } from "#shared/lib/scalars.ts";
import { AppError } from "#shared/errors/app-error.ts";
import type { Store, WriteUnit } from "../db/store.ts";

/** Settings of a new control plane. */
export const DEFAULT_SETTINGS: Settings = {
  name: "Rollcall",
  publicUrls: [],
  hostStateIntervalMs: 10_000,
  hostSilentAfterMs: 60_000,
  hostEventRetentionMs: 90 * 86_400_000,
  rolloutRetentionMs: 365 * 86_400_000,
  keptReleasesPerApplication: 100,
  quarantineMs: 30 * 86_400_000,
  deltaBases: 3,
  deltaTimeLimitMs: 10 * 60_000,
  deltaMemoryBytes: 2_500_000_000,
  maxUploadBytes: 16 * 2 ** 30,
};

/** Settings that a later version added take their default when an older row is read. */
const storedSettings = settingsSchema.extend({ revision });

type Stored = Settings & { readonly revision: number };
type Change = { readonly [K in keyof Settings]?: Settings[K] | undefined };

/** The settings of one control plane: one row, read at start and kept in memory. */
export class SettingsService {
  readonly #store: Store;
  #current: Stored = { ...DEFAULT_SETTINGS, revision: 0 };

  constructor(store: Store) {
    this.#store = store;
  }

  async load(): Promise<void> {
    const row = await this.#store.read.selectFrom("settings").select("value").where("key", "=", "settings").executeTakeFirst();
    if (row === undefined) return;
    this.#current = storedSettings.parse({ ...DEFAULT_SETTINGS, ...objectOf(JSON.parse(row.value)) });
  }

  get current(): Stored {
    return this.#current;
  }

  /** @throws AppError CONFLICT_STALE when somebody changed them since the revision `seen`. */
  update(actor: string, seen: number, change: Change): Promise<Stored> {
    return this.#store.write(async (unit) => {
      if (seen !== this.#current.revision) {
        throw new AppError("CONFLICT_STALE", "The settings were changed by someone else meanwhile; nothing was saved.");
      }
      const before = this.#current;
      const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
      const after: Stored = { ...before, ...given, revision: before.revision + 1 };
      await this.#save(unit, after);
      unit.audit({
        actor,
        action: "settings.changed",
        subject: "settings",
        details: { before: pick(before, given), after: pick(after, given) },
      });
      unit.emit({ topic: "settings.changed", ids: {} });
      unit.afterCommit(() => {
        this.#current = after;
      });
      return after;
    });
  }

  async #save(unit: WriteUnit, value: Stored): Promise<void> {
    await unit.db
      .insertInto("settings")
      .values({ key: "settings", value: JSON.stringify(value) })
      .onConflict((conflict) => conflict.column("key").doUpdateSet({ value: JSON.stringify(value) }))
      .execute();
  }
}

function pick(from: Stored, keys: object): Record<string, string | number | boolean | string[]> {
  return Object.fromEntries(Object.entries(from).filter(([key]) => key in keys));
}

function objectOf(value: unknown): object {
  return typeof value === "object" && value !== null ? value : {};
}
