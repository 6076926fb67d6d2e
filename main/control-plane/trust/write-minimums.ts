import type { WriteUnit } from "../db/store.ts";
import { signedPolicies } from "./signed-policies.ts";
import type { TrustRepository } from "./trust-repository.ts";

/** Copies the signed minimum versions to where decisions read them. */
export async function writeMinimums(unit: WriteUnit, { state }: TrustRepository): Promise<void> {
  const { minimums } = signedPolicies(state);
  await unit.db.updateTable("applications").set({ minimumVersion: null }).where("minimumVersion", "is not", null).execute();
  for (const [productId, minimumVersion] of minimums)
    await unit.db.updateTable("applications").set({ minimumVersion }).where("productId", "=", productId).execute();
}
