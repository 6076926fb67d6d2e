import type { ContractClient } from "#shared/contract/index.ts";
import type { StoreEntry } from "#shared/domain/store/store.ts";
import { textsOption } from "./arguments.ts";
import type { Arguments } from "./command.ts";
import { findStore } from "./lookup.ts";

/**
 * The stores of `--store`; without any, the control plane takes those of the application's newest release.
 *
 * @throws AppError NOT_FOUND that lists what there is.
 */
export async function namedStores(client: ContractClient, given: Arguments): Promise<{ storeIds?: StoreEntry["id"][] }> {
  const names = textsOption(given, "store");
  if (names.length === 0) return {};
  const stores = await Promise.all(names.map((name) => findStore(client, name)));
  return { storeIds: stores.map((one) => one.id) };
}
