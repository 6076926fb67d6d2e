import { z } from "zod";
import { AppError, toAppError } from "#shared/errors/app-error.ts";
import { storeId, type ReleaseId } from "#shared/lib/ids.ts";
import type { Store } from "../db/store.ts";
import type { BlobStore, ByteRange } from "../ports/blob-store.ts";
import type { ReleaseStores } from "../store/release-stores.ts";

/** Opens the artifacts of releases wherever they lie: in the local store, or in the first store that has them. */
export class ArtifactSource {
  readonly #store: Store;
  readonly #blobs: BlobStore;
  readonly #stores: ReleaseStores;

  constructor(store: Store, blobs: BlobStore, stores: ReleaseStores) {
    this.#store = store;
    this.#blobs = blobs;
    this.#stores = stores;
  }

  /** @throws AppError ENV_DATA_CORRUPT when no store has it, and what the last store said that should have it. */
  async open(releaseId: ReleaseId, sha256: string, range: ByteRange | undefined, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>> {
    if ((await this.#blobs.stat(sha256)) !== undefined) return this.#blobs.open(sha256, range);
    let failure: AppError | undefined;
    for (const place of await this.#places(releaseId, sha256)) {
      try {
        return await (await this.#stores.open(place.storeId)).open(place.location, range, signal);
      } catch (thrown) {
        failure = toAppError(thrown);
      }
    }
    throw (
      failure ??
      new AppError("ENV_DATA_CORRUPT", "A stored file of this release is missing or damaged; nothing was published. Upload it again.", {
        details: { sha256 },
      })
    );
  }

  async #places(releaseId: ReleaseId, sha256: string) {
    const rows = await this.#store.read
      .selectFrom("releaseLocations")
      .innerJoin("publications", (join) =>
        join
          .onRef("publications.releaseId", "=", "releaseLocations.releaseId")
          .onRef("publications.storeId", "=", "releaseLocations.storeId")
          .on("publications.state", "=", "completed"),
      )
      .select(["releaseLocations.storeId", "location"])
      .where("releaseLocations.releaseId", "=", releaseId)
      .where("sha256", "=", sha256)
      .orderBy("publications.startedAt")
      .execute();
    return rows.map((row) => ({ storeId: storeId.parse(row.storeId), location: z.json().parse(JSON.parse(row.location)) }));
  }
}
