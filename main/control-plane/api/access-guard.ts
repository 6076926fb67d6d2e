import type { ProcedureMeta } from "#shared/contract/base.ts";
import { isAllowed, isInScope, type Principal } from "#shared/domain/access/permission.ts";
import { AppError } from "#shared/errors/app-error.ts";

/**
 * Holds a call against what its procedure declares. `service`-scoped procedures are checked by their service once the
 * fleet is known; a fleet outside the caller's scope looks as if it did not exist.
 *
 * @throws AppError ACCESS_DENIED or NOT_FOUND.
 */
export function guardAccess(principal: Principal, meta: ProcedureMeta, input: unknown): void {
  if (meta.permission !== "anyone" && !isAllowed(principal, meta.permission)) {
    throw new AppError("ACCESS_DENIED", `The role ${principal.role} does not include ${meta.permission}; nothing was done.`, {
      details: { permission: meta.permission },
    });
  }
  if (meta.localOnly === true && !principal.local) {
    throw new AppError("ACCESS_DENIED", "Only the window on the control plane's own machine may name a path; nothing was done.");
  }
  if (meta.fleetScope === "input" && !isInScope(principal.fleets, fleetOf(input))) {
    throw new AppError("NOT_FOUND", "There is no such fleet.");
  }
}

function fleetOf(input: unknown): string {
  return typeof input === "object" && input !== null && "fleetId" in input && typeof input.fleetId === "string" ? input.fleetId : "";
}
