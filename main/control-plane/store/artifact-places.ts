import { z } from "zod";
import { storeSettings, type StoreSettings } from "#shared/domain/store/store.ts";
import { toAppError, type AppError } from "#shared/errors/app-error.ts";
import type { Json } from "#shared/lib/canonical-json.ts";
import { storeId, type ReleaseId, type StoreId } from "#shared/lib/ids.ts";
import type { Store } from "../db/store.ts";
import type { ByteRange } from "../ports/blob-store.ts";
import type { ReleaseStores } from "./release-stores.ts";

/** One store that has an artifact, and where in it. */
export type ArtifactPlace = { readonly storeId: StoreId; readonly settings: StoreSettings; readonly location: Json };

/** Which artifact: of one release, or of any release of a product. */
export type WantedArtifact = ({ readonly releaseId: ReleaseId } | { readonly productId: string }) & { readonly sha256: string };

/** Stores that have the artifact whole, the one first that got it first. */
export async function readArtifactPlaces(store: Store, wanted: WantedArtifact): Promise<readonly ArtifactPlace[]> {
  const all = store.read
    .selectFrom("releaseLocations")
    .innerJoin("publications", (join) =>
      join
        .onRef("publications.releaseId", "=", "releaseLocations.releaseId")
        .onRef("publications.storeId", "=", "releaseLocations.storeId")
        .on("publications.state", "=", "completed"),
    )
    .innerJoin("stores", "stores.id", "releaseLocations.storeId")
    .innerJoin("releases", "releases.id", "releaseLocations.releaseId")
    .innerJoin("applications", "applications.id", "releases.applicationId")
    .select(["releaseLocations.storeId", "releaseLocations.location", "stores.settings"])
    .where("releaseLocations.sha256", "=", wanted.sha256)
    .orderBy("publications.startedAt")
    .orderBy("publications.place");
  const rows = await (
    "releaseId" in wanted ? all.where("releases.id", "=", wanted.releaseId) : all.where("applications.productId", "=", wanted.productId)
  ).execute();
  return rows.map((row) => ({
    storeId: storeId.parse(row.storeId),
    settings: storeSettings.parse(JSON.parse(row.settings)),
    location: z.json().parse(JSON.parse(row.location)),
  }));
}

/**
 * Opens an artifact in the first of these places that gives it.
 *
 * @returns the bytes, or why the last place did not give them; undefined where there is no place.
 */
export async function openFirst(
  stores: ReleaseStores,
  places: readonly ArtifactPlace[],
  range: ByteRange | undefined,
  signal: AbortSignal,
): Promise<{ readonly bytes: AsyncIterable<Uint8Array> } | { readonly failure: AppError } | undefined> {
  let failure: AppError | undefined;
  for (const place of places) {
    try {
      return { bytes: await (await stores.open(place.storeId)).open(place.location, range, signal) };
    } catch (thrown) {
      failure = toAppError(thrown);
    }
  }
  return failure === undefined ? undefined : { failure };
}
