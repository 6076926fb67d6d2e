import type { Adoption } from "#shared/domain/adoption/adoption.ts";
import type { WriteUnit } from "../db/store.ts";

/** Says within a unit that an adoption has changed. How far its files are is told by their uploads. */
export function emitAdoption(unit: WriteUnit, { id, applicationId, storeId }: Pick<Adoption, "id" | "applicationId" | "storeId">): void {
  unit.emit({ topic: "adoption.changed", ids: { adoptionId: id, applicationId, storeId } });
}
