import { storeSecret, type StoreSecret } from "#shared/domain/store/store.ts";
import { AppError } from "#shared/errors/app-error.ts";
import type { StoreId } from "#shared/lib/ids.ts";
import type { SecretStore } from "../ports/secret-store.ts";

const nameOf = (storeId: StoreId): string => `store/${storeId}`;

/** Credentials of stores, in the secret store and nowhere else. */
export class StoreSecrets {
  readonly #secrets: SecretStore;

  constructor(secrets: SecretStore) {
    this.#secrets = secrets;
  }

  /** @throws AppError ENV_SECRETS_LOCKED, ENV_DATA_CORRUPT. */
  async read(storeId: StoreId): Promise<StoreSecret | undefined> {
    const bytes = await this.#secrets.read(nameOf(storeId));
    if (bytes === undefined) return undefined;
    try {
      return storeSecret.parse(JSON.parse(Buffer.from(bytes).toString("utf8")));
    } catch {
      // Why no cause: a parser's message may quote what it read.
      throw new AppError("ENV_DATA_CORRUPT", "The credentials of this store cannot be read; set them again.");
    }
  }

  /** @throws AppError ENV_SECRETS_LOCKED, ENV_DISK_FULL. */
  async write(storeId: StoreId, secret: StoreSecret | null): Promise<void> {
    if (secret === null) await this.#secrets.remove(nameOf(storeId));
    else await this.#secrets.write(nameOf(storeId), Buffer.from(JSON.stringify(secret)));
  }

  /** Removes credentials of stores that are no more, which a kill may have left. */
  async keepOnly(storeIds: readonly StoreId[]): Promise<void> {
    const kept = new Set(storeIds.map(nameOf));
    for (const name of await this.#secrets.names("store/")) if (!kept.has(name)) await this.#secrets.remove(name);
  }
}
