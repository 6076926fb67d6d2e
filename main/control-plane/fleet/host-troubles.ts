import { sql, type Kysely, type RawBuilder, type SqlBool } from "kysely";
import type { FleetScope } from "#shared/domain/access/permission.ts";
import type { Schema } from "../db/schema.ts";
import { fleetInScope } from "../db/fleet-in-scope.ts";

/** Hosts of one fleet that need a person. With a count of one, `hostId` and `name` are that host's. */
export type Trouble = {
  readonly kind: "pending" | "cloned" | "silent";
  readonly fleetId: string;
  readonly fleetName: string;
  readonly count: number;
  /** When it began for the first of them, epoch milliseconds. */
  readonly since: number;
  readonly hostId: string;
  readonly name: string;
};

/** What needs a person among the caller's hosts, one entry per fleet and kind. Silent is who last spoke before `silentBefore`. */
export async function readHostTroubles(db: Kysely<Schema>, scope: FleetScope, silentBefore: number): Promise<readonly Trouble[]> {
  const isSilent = sql<SqlBool>`hosts.state = 'active' and hosts.connection <> 'cloned' and coalesce(hosts."lastSeenAt", 0) < ${silentBefore}`;
  return [
    ...(await readTrouble(db, scope, "pending", sql<SqlBool>`hosts.state = 'pending'`)),
    ...(await readTrouble(db, scope, "cloned", sql<SqlBool>`hosts.connection = 'cloned' and hosts.state = 'active'`)),
    ...(await readTrouble(db, scope, "silent", isSilent)),
  ];
}

function readTrouble(db: Kysely<Schema>, scope: FleetScope, kind: Trouble["kind"], condition: RawBuilder<SqlBool>): Promise<Trouble[]> {
  return db
    .selectFrom("hosts")
    .innerJoin("fleets", "fleets.id", "hosts.fleetId")
    .where(condition)
    .where(fleetInScope(scope, "hosts.fleetId"))
    .groupBy("hosts.fleetId")
    .orderBy("fleets.name")
    .select((eb) => [
      sql<Trouble["kind"]>`${kind}`.as("kind"),
      "hosts.fleetId",
      "fleets.name as fleetName",
      eb.fn.countAll<number>().as("count"),
      eb.fn
        .min<number>(
          sql<number>`case when ${kind} = 'pending' then hosts."enrolledAt" else coalesce(hosts."lastSeenAt", hosts."enrolledAt") end`,
        )
        .as("since"),
      eb.fn.min<string>("hosts.id").as("hostId"),
      eb.fn.min<string>("hosts.name").as("name"),
    ])
    .execute();
}
