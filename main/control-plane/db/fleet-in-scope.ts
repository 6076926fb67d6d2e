import { sql, type RawBuilder, type SqlBool } from "kysely";
import type { FleetScope } from "#shared/domain/access/permission.ts";

/** Columns that hold a fleet's id, under the names that queries give their tables. */
type FleetColumn =
  | "fleets.id"
  | "groups.fleetId"
  | "hosts.fleetId"
  | "enrolmentTokens.fleetId"
  | "rollouts.fleetId"
  | "auditEntries.fleetId";

/** The condition that keeps a query within the fleets of the caller. An empty scope reaches nothing. */
export function fleetInScope(scope: FleetScope, column: FleetColumn): RawBuilder<SqlBool> {
  if (scope === "all") return sql<SqlBool>`true`;
  if (scope.length === 0) return sql<SqlBool>`false`;
  return sql<SqlBool>`${sql.ref(column)} in (${sql.join(scope)})`;
}
