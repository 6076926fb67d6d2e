import { AppError, toAppError } from "#shared/errors/app-error.ts";
import type { Store } from "../db/store.ts";
import type { ByteRange } from "../ports/blob-store.ts";
import type { Logger } from "../ports/logger.ts";
import type { ShortLivedUrl } from "../ports/release-store.ts";
import { openFirst, readArtifactPlaces, type ArtifactPlace } from "../store/artifact-places.ts";
import type { ReleaseStores } from "../store/release-stores.ts";

/** An artifact that lies in other stores than the local one. */
export type RemoteArtifact = { readonly sha256: string; readonly sizeBytes: number; readonly places: readonly ArtifactPlace[] };

/** Artifacts of releases that went to registries, GitHub or folders only, fetched there for hosts, which have no credentials. */
export class RemoteArtifacts {
  readonly #store: Store;
  readonly #stores: ReleaseStores;
  readonly #logger: Logger;

  constructor(store: Store, stores: ReleaseStores, logger: Logger) {
    this.#store = store;
    this.#stores = stores;
    this.#logger = logger;
  }

  /** Where an artifact or a delta of this product lies, or undefined when it lies nowhere else. */
  async find(productId: string, sha256: string): Promise<RemoteArtifact | undefined> {
    const places = await readArtifactPlaces(this.#store, { productId, sha256 });
    if (places.length === 0) return undefined;
    const found = await this.#store.read
      .selectFrom("artifacts")
      .select("sizeBytes")
      .where("sha256", "=", sha256)
      .unionAll((of) =>
        of
          .selectFrom("releaseDeltas")
          .select((eb) => eb.fn.coalesce("sizeBytes", eb.lit(0)).as("sizeBytes"))
          .where("sha256", "=", sha256),
      )
      .executeTakeFirst();
    return found === undefined ? undefined : { sha256, sizeBytes: found.sizeBytes, places };
  }

  /**
   * Opens the artifact where it can be had. A place that fails is passed over for the next one.
   *
   * @throws AppError what the last place said, when none gives it.
   */
  async open(artifact: RemoteArtifact, range: ByteRange | undefined, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>> {
    const opened = await openFirst(this.#stores, artifact.places, range, signal);
    if (opened !== undefined && "bytes" in opened) return opened.bytes;
    throw opened?.failure ?? new AppError("NOT_FOUND", "No store has this artifact.");
  }

  /** Where a host may fetch it by itself, when the first store is set to that and can say. */
  async shortLivedUrl(artifact: RemoteArtifact, signal: AbortSignal): Promise<ShortLivedUrl | undefined> {
    const [place] = artifact.places;
    if (place === undefined || place.settings.kind === "local" || place.settings.hostAccess !== "redirect") return undefined;
    try {
      return await (await this.#stores.open(place.storeId)).shortLivedUrl(place.location, signal);
    } catch (thrown) {
      const details = { err: toAppError(thrown), storeId: place.storeId };
      this.#logger.warn(details, "a store gave no short-lived address; the artifact is passed through");
      return undefined;
    }
  }
}
