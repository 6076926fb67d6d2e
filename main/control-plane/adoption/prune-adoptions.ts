import type { Store } from "../db/store.ts";
import { AdoptionRepository } from "./adoption-repository.ts";

/** How long what came of an adoption is told after it ended, in milliseconds: thirty days. The audit keeps the rest. */
const KEPT_MS = 30 * 86_400_000;

/** Forgets adoptions that ended long ago. */
export async function pruneAdoptions(store: Store): Promise<void> {
  await store.write((unit) => new AdoptionRepository(unit.db).prune(unit.now - KEPT_MS));
}
