import type { Kysely } from "kysely";
import { fleetRow, type FleetRow } from "#shared/contract/fleets.ts";
import type { FleetScope } from "#shared/domain/access/permission.ts";
import { AppError } from "#shared/errors/app-error.ts";
import type { Schema } from "../db/schema.ts";
import { withoutNulls } from "../db/without-nulls.ts";
import { FleetRepository } from "./fleet-repository.ts";
import { GroupRepository } from "./group-repository.ts";
import { readSubscriptionRows } from "./subscription-view.ts";

/** Fleets with their groups, counts and subscriptions; with an id, that one alone. */
export async function readFleetRows(db: Kysely<Schema>, scope: FleetScope, fleetId?: string): Promise<FleetRow[]> {
  const groups = new GroupRepository(db, scope);
  const fleets = await new FleetRepository(db, scope).list(fleetId);
  const groupRecords = await groups.list(fleetId);
  const counts = new Map((await groups.counts(fleetId)).map((count) => [count.groupId, count]));
  const subscriptions = await readSubscriptionRows(db, scope, { fleetId });
  return fleets.map((fleet) => {
    const rows = groupRecords
      .filter((group) => group.fleetId === fleet.id)
      .map((group) => ({
        ...group,
        hosts: counts.get(group.id)?.hosts ?? 0,
        connected: counts.get(group.id)?.connected ?? 0,
        subscriptions: subscriptions.filter((row) => row.groupId === group.id),
      }));
    const sum = (pick: (row: (typeof rows)[number]) => number): number => rows.reduce((total, row) => total + pick(row), 0);
    return fleetRow.parse({ ...withoutNulls(fleet), groups: rows, hosts: sum((row) => row.hosts), connected: sum((row) => row.connected) });
  });
}

/** One fleet. @throws AppError NOT_FOUND. */
export async function readFleetRow(db: Kysely<Schema>, scope: FleetScope, fleetId: string): Promise<FleetRow> {
  const [row] = await readFleetRows(db, scope, fleetId);
  if (row === undefined) throw new AppError("NOT_FOUND", "There is no such fleet.");
  return row;
}
