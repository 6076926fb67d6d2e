import type { Kysely } from "kysely";
import type { MetricFamily, MetricSample } from "#shared/domain/metrics/metric-family.ts";
import type { Schema } from "../db/schema.ts";
import { countSamples, gauge } from "./gauge.ts";

type Db = Kysely<Schema>;

/**
 * Hosts by fleet and by whether they are connected, and what they refuse to install. Counted from an index, however many
 * there are.
 */
export async function readHostGauges(db: Db): Promise<readonly MetricFamily[]> {
  const [hosts, quarantines, blocked] = await Promise.all([readHosts(db), readQuarantines(db), readBlocked(db)]);
  return [
    gauge("rollcall_hosts", "Enrolled hosts by fleet and link; waiting: for approval, cloned: two machines with one identity.", hosts),
    gauge("rollcall_quarantines", "Releases that single hosts refuse after they reverted them, by application.", quarantines),
    gauge("rollcall_blocked_releases", "Releases that people have blocked for every host, by application.", blocked),
  ];
}

async function readHosts(db: Db): Promise<readonly MetricSample[]> {
  const groups = await db
    .selectFrom("groups")
    .innerJoin("fleets", "fleets.id", "groups.fleetId")
    .select(["groups.id", "fleets.name as fleet"])
    .execute();
  const fleets = new Map(groups.map(({ id, fleet }) => [id, fleet]));
  const rows = await db
    .selectFrom("hosts")
    .select((eb) => ["groupId", "state", "connection", eb.fn.countAll<number>().as("count")])
    .where("state", "!=", "revoked")
    .groupBy(["groupId", "state", "connection"])
    .execute();
  // Both are told in any case: an alert on a series that is absent never fires.
  const zeroes = [...new Set(fleets.values())].flatMap((fleet) => ["connected", "disconnected"].map((link) => sample(fleet, link, 0)));
  const counted = rows.map(({ groupId, state, connection, count }) =>
    sample(fleets.get(groupId) ?? "", state === "pending" ? "waiting" : connection, count),
  );
  return [...zeroes, ...counted];
}

const sample = (fleet: string, link: string, value: number): MetricSample => ({ labels: { fleet, link }, value });

async function readQuarantines(db: Db): Promise<readonly MetricSample[]> {
  const rows = await db
    .selectFrom("hostQuarantines")
    .innerJoin("applications", "applications.id", "hostQuarantines.applicationId")
    .select((eb) => ["productId as application", eb.fn.countAll<number>().as("count")])
    .groupBy("productId")
    .execute();
  return countSamples(rows, ["application"]);
}

async function readBlocked(db: Db): Promise<readonly MetricSample[]> {
  const rows = await db
    .selectFrom("releases")
    .innerJoin("applications", "applications.id", "releases.applicationId")
    .select((eb) => ["productId as application", eb.fn.countAll<number>().as("count")])
    .where("blockedAt", "is not", null)
    .groupBy("productId")
    .execute();
  return countSamples(rows, ["application"]);
}
