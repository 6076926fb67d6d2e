import { LOCAL_STORE_ID, type StoreSecret, type StoreSettings } from "#shared/domain/store/store.ts";
import type { StoreId } from "#shared/lib/ids.ts";
import type { Store } from "../db/store.ts";
import type { OpenReleaseStore, ReleaseStore } from "../ports/release-store.ts";
import { openDiscreetly } from "./discreet-store.ts";
import { StoreRepository } from "./store-repository.ts";
import type { StoreSecrets } from "./store-secrets.ts";

/** Opens the places for releases by their rows, each once per revision of its row, so that tokens and sessions are kept. */
export class ReleaseStores {
  readonly #store: Store;
  readonly #secrets: StoreSecrets;
  readonly #open: OpenReleaseStore;
  readonly #local: ReleaseStore;
  readonly #opened = new Map<StoreId, { readonly revision: number; readonly store: ReleaseStore }>();

  constructor(store: Store, secrets: StoreSecrets, open: OpenReleaseStore, local: ReleaseStore) {
    this.#store = store;
    this.#secrets = secrets;
    this.#open = open;
    this.#local = local;
  }

  /** @throws AppError NOT_FOUND. */
  async open(storeId: StoreId): Promise<ReleaseStore> {
    if (storeId === LOCAL_STORE_ID) return this.#local;
    const { settings, revision } = await new StoreRepository(this.#store.read).require(storeId);
    const known = this.#opened.get(storeId);
    if (known?.revision === revision) return known.store;
    const store = openDiscreetly(this.#open, settings, () => this.#secrets.read(storeId));
    this.#opened.set(storeId, { revision, store });
    return store;
  }

  /** Opens a place that has no row yet, with credentials that are not kept yet. */
  trial(settings: StoreSettings, secret: StoreSecret | undefined): ReleaseStore {
    return settings.kind === "local" ? this.#local : openDiscreetly(this.#open, settings, () => Promise.resolve(secret));
  }
}
