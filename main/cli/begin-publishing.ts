import type { ReleaseRow } from "#shared/contract/applications.ts";
import type { ContractClient } from "#shared/contract/index.ts";
import type { StoreId } from "#shared/lib/ids.ts";

/**
 * Publishes a draft. One that an earlier run of the command left on its way to the same stores goes on instead: what has
 * failed is tried again, what a person has paused stays so.
 *
 * @throws AppError as `releases.publish` does.
 */
export async function beginPublishing(
  client: ContractClient,
  draft: ReleaseRow,
  { storeIds, ...wish }: { readonly storeIds?: readonly StoreId[]; readonly deltas?: boolean },
): Promise<ReleaseRow> {
  const given = new Set(draft.stores.map((one) => one.storeId));
  const isSame = storeIds === undefined || (storeIds.length === given.size && storeIds.every((id) => given.has(id)));
  if (draft.publishing === undefined || !isSame)
    return client.releases.publish({ releaseId: draft.id, ...wish, ...(storeIds === undefined ? {} : { storeIds: [...storeIds] }) });
  for (const one of await client.publications.list({ releaseId: draft.id }))
    if (one.state === "failed") await client.publications.resume({ publicationId: one.id });
  return client.releases.get({ releaseId: draft.id });
}
