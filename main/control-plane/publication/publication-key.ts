import type { Publication } from "#shared/domain/publication/publication.ts";
import type { PublicationId, ReleaseId, StoreId } from "#shared/lib/ids.ts";

/** Which publication, as its events name it. */
export type PublicationKey = { readonly publicationId: PublicationId; readonly releaseId: ReleaseId; readonly storeId: StoreId };

/** Names a publication in its events. */
export function keyOf({ id, releaseId, storeId }: Pick<Publication, "id" | "releaseId" | "storeId">): PublicationKey {
  return { publicationId: id, releaseId, storeId };
}
