import type { ReleaseRow } from "#shared/contract/applications.ts";
import { LOCAL_STORE_ID, type StoreEntry } from "#shared/domain/store/store.ts";
import type { PublishDraft } from "../../stores/publish-store.ts";

/** Which stores a release goes to, with where that was taken from: as chosen, else as the newest release, else the embedded one. */
export function storesOf(
  draft: Pick<PublishDraft, "stores">,
  stores: readonly StoreEntry[],
  newest: Pick<ReleaseRow, "stores" | "version"> | undefined,
): { readonly value: readonly string[]; readonly from: string } {
  const known = new Set<string>(stores.map((one) => one.id));
  if (draft.stores !== undefined) return { value: draft.stores.filter((id) => known.has(id)), from: "chosen by you" };
  const before = (newest?.stores ?? []).filter((one) => one.state !== "cancelled" && known.has(one.storeId)).map((one) => one.storeId);
  if (newest !== undefined && before.length > 0) return { value: before, from: `as ${newest.version}` };
  return { value: [LOCAL_STORE_ID], from: "" };
}

/** "the local store", "github", "2 stores": the end of "Publish 1.4.2 to …". */
export function storesWords(chosen: readonly string[], stores: readonly StoreEntry[]): string {
  const [only] = chosen;
  if (chosen.length > 1) return `${chosen.length} stores`;
  return only === undefined || only === LOCAL_STORE_ID ? "the local store" : (stores.find((one) => one.id === only)?.name ?? "a store");
}
