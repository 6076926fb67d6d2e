import { oc } from "@orpc/contract";
import { z } from "zod";
import { ERROR_CODES, type ErrorCode } from "../errors/codes.ts";
import type { Permission } from "../domain/access/permission.ts";

/** Facts that an error carries on the wire. */
export const errorDetails = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]).optional());

type ContractErrors = { readonly [C in ErrorCode]: { readonly status: number; readonly data: typeof errorDetails } };

const contractErrors = Object.fromEntries(
  Object.entries(ERROR_CODES).map(([code, { status }]) => [code, { status, data: errorDetails }]),
  // Why the cast: fromEntries forgets the keys, which come from the very table that ErrorCode is made of.
) as ContractErrors;

/**
 * How fleet scope is enforced: `none` has no fleet in it; `input` names the fleet in `fleetId`; `service` means that
 * the fleet follows from another id, and the service checks the scope when it has read the row.
 */
export type FleetScopeRule = "none" | "input" | "service";

/** What each procedure declares, and the one middleware enforces. */
export type ProcedureMeta = {
  readonly permission: Permission | "anyone";
  readonly fleetScope: FleetScopeRule;
  /** Only the window of the same machine may call it, since it names a path. */
  readonly localOnly?: boolean;
};

/** Starts a procedure. Every one declares its permission and its fleet scope. */
export const procedure = (meta: ProcedureMeta) =>
  oc.$meta<ProcedureMeta>({ permission: "anyone", fleetScope: "none" }).errors(contractErrors).meta(meta);

/** A page of rows and the cursor of the next one. */
export const pageOf = <R extends z.ZodType>(row: R) =>
  z.object({ rows: z.array(row), nextCursor: z.string().optional(), total: z.int().min(0) });
