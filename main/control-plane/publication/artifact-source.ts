import { AppError } from "#shared/errors/app-error.ts";
import type { ReleaseId } from "#shared/lib/ids.ts";
import type { Store } from "../db/store.ts";
import type { BlobStore, ByteRange } from "../ports/blob-store.ts";
import { openFirst, readArtifactPlaces } from "../store/artifact-places.ts";
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
    const opened = await openFirst(this.#stores, await readArtifactPlaces(this.#store, { releaseId, sha256 }), range, signal);
    if (opened !== undefined && "bytes" in opened) return opened.bytes;
    throw (
      opened?.failure ??
      new AppError("ENV_DATA_CORRUPT", "A stored file of this release is missing or damaged; nothing was published. Upload it again.", {
        details: { sha256 },
      })
    );
  }
}
