import type { Kysely } from "kysely";
import type { MetricFamily, MetricSample } from "#shared/domain/metrics/metric-family.ts";
import type { Schema } from "../db/schema.ts";
import { countSamples, gauge } from "./gauge.ts";

type Db = Kysely<Schema>;

/** States in which a rollout is under way; every other has an end. */
const UNDER_WAY = ["planned", "running", "paused", "tripped"] as const;

/** Rollouts by what they concern, how far the hosts of those under way are, and what all that are kept have sent. */
export async function readRolloutGauges(db: Db): Promise<readonly MetricFamily[]> {
  const [active, kept, members, traffic] = await Promise.all([readActive(db), readKept(db), readMembers(db), readTraffic(db)]);
  return [
    gauge("rollcall_active_rollouts", "Rollouts under way by application, fleet, group and state. Tripped: it needs a person.", active),
    gauge("rollcall_rollouts", "Rollouts that are kept, ended ones included, by kind and state.", kept),
    gauge("rollcall_rollout_hosts", "Hosts of opened waves of rollouts under way, by application and how far they are.", members),
    gauge("rollcall_rollout_traffic_bytes", "What hosts fetched in rollouts that are kept, and would have as whole files.", traffic),
  ];
}

async function readActive(db: Db): Promise<readonly MetricSample[]> {
  const rows = await db
    .selectFrom("rollouts")
    .innerJoin("rolloutTargets", "rolloutTargets.rolloutId", "rollouts.id")
    .innerJoin("applications", "applications.id", "rolloutTargets.applicationId")
    .innerJoin("subscriptions", "subscriptions.id", "rolloutTargets.subscriptionId")
    .innerJoin("groups", "groups.id", "subscriptions.groupId")
    .innerJoin("fleets", "fleets.id", "groups.fleetId")
    .select((eb) => [
      "productId as application",
      "fleets.name as fleet",
      "groups.name as group",
      "rollouts.state as state",
      eb.fn.countAll<number>().as("count"),
    ])
    .where("rollouts.state", "in", UNDER_WAY)
    .groupBy(["productId", "fleets.name", "groups.name", "rollouts.state"])
    .execute();
  return countSamples(rows, ["application", "fleet", "group", "state"]);
}

async function readKept(db: Db): Promise<readonly MetricSample[]> {
  const rows = await db
    .selectFrom("rollouts")
    .select((eb) => ["kind", "state", eb.fn.countAll<number>().as("count")])
    .groupBy(["kind", "state"])
    .execute();
  const zeroes = ["update", "rollback"].flatMap((kind) => UNDER_WAY.map((state) => ({ labels: { kind, state }, value: 0 })));
  return [...zeroes, ...countSamples(rows, ["kind", "state"])];
}

async function readMembers(db: Db): Promise<readonly MetricSample[]> {
  const rows = await db
    .selectFrom("waveMembers")
    .innerJoin("waves", "waves.id", "waveMembers.waveId")
    .innerJoin("rollouts", "rollouts.id", "waves.rolloutId")
    .innerJoin("subscriptions", "subscriptions.id", "waveMembers.subscriptionId")
    .innerJoin("applications", "applications.id", "subscriptions.applicationId")
    .select((eb) => ["productId as application", "waveMembers.state as state", eb.fn.countAll<number>().as("count")])
    .where("rollouts.state", "in", UNDER_WAY)
    .groupBy(["productId", "waveMembers.state"])
    .execute();
  return countSamples(rows, ["application", "state"]);
}

/** The very sums of the rollout pages; they shrink when old rollouts are forgotten, which is why this is no counter. */
async function readTraffic(db: Db): Promise<readonly MetricSample[]> {
  const sums = await db
    .selectFrom("rolloutTraffic")
    .select((eb) => [eb.fn.sum<number | null>("bytes").as("fetched"), eb.fn.sum<number | null>("fullBytes").as("full")])
    .executeTakeFirstOrThrow();
  return [
    { labels: { what: "fetched" }, value: sums.fetched ?? 0 },
    { labels: { what: "full" }, value: sums.full ?? 0 },
  ];
}
