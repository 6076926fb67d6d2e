import type { Signer } from "../ports/signer.ts";
import { tufKey } from "./tuf-key.ts";

/** The roles whose keys this control plane holds, by key id. Asking makes no key. */
export async function serverKeys(signer: Signer, roles: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const keys = new Map<string, string>();
  for (const role of roles) if (await signer.holds(role)) keys.set(tufKey(await signer.publicKey(role)).keyID, role);
  return keys;
}
