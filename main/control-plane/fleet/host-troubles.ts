import { sql, type Kysely, type RawBuilder, type SqlBool } from "kysely";
import type { FleetScope } from "#shared/domain/access/permission.ts";
import type { Schema } from "../db/schema.ts";
import { fleetInScope } from "../db/fleet-in-scope.ts";

/** Hosts of one fleet that need a person. With a count of one, `hostId` and `name` are that host's. */
export type Trouble = {
  readonly kind: "pending" | "cloned" | "silent" | "refused";
  readonly fleetId: string;
  readonly fleetName: string;
  readonly count: number;
  /** When it began for the first of them, epoch milliseconds. */
  readonly since: number;
  readonly hostId: string;
  readonly name: string;
};

/** What hosts say that is not theirs, or not new: somebody else holds their key, or stands between. */
const FORGED = sql.join(["HOST_SIGNATURE_INVALID", "HOST_REPORT_REPLAYED"].map((code) => sql.lit(code)));

/**
 * What needs a person among the caller's hosts, one entry per fleet and kind.
 *
 * @param since silent is who last spoke before `silentBefore`; refused is whose words were forged or replayed after
 *   `refusedAfter`. Both epoch milliseconds.
 */
export async function readHostTroubles(
  db: Kysely<Schema>,
  scope: FleetScope,
  { silentBefore, refusedAfter }: { readonly silentBefore: number; readonly refusedAfter: number },
): Promise<readonly Trouble[]> {
  const isSilent = sql<SqlBool>`hosts.state = 'active' and hosts.connection <> 'cloned' and coalesce(hosts."lastSeenAt", 0) < ${silentBefore}`;
  // Read by an index of their own: timelines are long.
  const forged = sql<SqlBool>`"hostEvents".kind = 'refused' and "hostEvents".at >= ${refusedAfter} and json_extract("hostEvents".details, '$.code') in (${FORGED})`;
  const isRefused = sql<SqlBool>`hosts.state = 'active' and hosts.id in (select "hostId" from "hostEvents" where ${forged})`;
  const firstRefusal = sql<number>`(select min(at) from "hostEvents" where ${forged} and "hostEvents"."hostId" = hosts.id)`;
  return [
    ...(await readTrouble(db, scope, "pending", sql<SqlBool>`hosts.state = 'pending'`, sql`hosts."enrolledAt"`)),
    ...(await readTrouble(db, scope, "cloned", sql<SqlBool>`hosts.connection = 'cloned' and hosts.state = 'active'`, LAST_SEEN)),
    ...(await readTrouble(db, scope, "silent", isSilent, LAST_SEEN)),
    ...(await readTrouble(db, scope, "refused", isRefused, firstRefusal)),
  ];
}

const LAST_SEEN = sql<number>`coalesce(hosts."lastSeenAt", hosts."enrolledAt")`;

function readTrouble(
  db: Kysely<Schema>,
  scope: FleetScope,
  kind: Trouble["kind"],
  condition: RawBuilder<SqlBool>,
  began: RawBuilder<number>,
): Promise<Trouble[]> {
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
      eb.fn.min<number>(began).as("since"),
      eb.fn.min<string>("hosts.id").as("hostId"),
      eb.fn.min<string>("hosts.name").as("name"),
    ])
    .execute();
}
