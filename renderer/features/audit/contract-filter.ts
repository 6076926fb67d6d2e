import { fleetId as fleetIdSchema, type FleetId } from "#shared/lib/ids.ts";
import type { AuditQuery } from "./view-model.ts";

/** The filter as the contract takes it. An id in the URL that is none is left out. */
export type ContractFilter = Omit<AuditQuery, "fleetId"> & { readonly fleetId?: FleetId };

/** See {@link ContractFilter}. */
export function toContractFilter({ fleetId, ...rest }: AuditQuery): ContractFilter {
  const parsed = fleetIdSchema.safeParse(fleetId);
  return parsed.success ? { ...rest, fleetId: parsed.data } : rest;
}
