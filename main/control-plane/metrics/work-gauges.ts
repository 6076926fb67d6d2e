import type { Kysely } from "kysely";
import { storeSettings } from "#shared/domain/store/store.ts";
import type { MetricFamily, MetricSample } from "#shared/domain/metrics/metric-family.ts";
import type { Schema } from "../db/schema.ts";
import { countSamples, gauge, only } from "./gauge.ts";

type Db = Kysely<Schema>;

const PUBLICATION_STATES = ["running", "waiting", "paused", "failed"] as const;
const DELTA_STATES = ["making", "paused"] as const;

/** Publications, stores, the making of deltas, what hosts have not answered yet, and the audit. */
export async function readWorkGauges(db: Db): Promise<readonly MetricFamily[]> {
  const [publications, stores, deltas, commands, audit] = await Promise.all([
    readPublications(db),
    readStores(db),
    readDeltaJobs(db),
    readOpenCommands(db),
    readAuditLength(db),
  ]);
  return [
    gauge("rollcall_publications", "Releases on their way to stores, by state. Failed: it waits for a person.", publications),
    gauge("rollcall_store_up", "Whether the last check of a store went well: 1 or 0. Absent before the first check.", stores),
    gauge("rollcall_delta_jobs", "Releases whose deltas are being made, or whose making is paused.", deltas),
    gauge("rollcall_open_commands", "Commands that hosts have not ended yet.", commands),
    { name: "rollcall_audit_entries_total", help: "Entries of the audit, from its beginning.", kind: "counter", samples: [...audit] },
  ];
}

async function readPublications(db: Db): Promise<readonly MetricSample[]> {
  const rows = await db
    .selectFrom("publications")
    .select((eb) => ["state", eb.fn.countAll<number>().as("count")])
    .where("state", "in", PUBLICATION_STATES)
    .groupBy("state")
    .execute();
  return [...zeroesOf(PUBLICATION_STATES), ...countSamples(rows, ["state"])];
}

async function readStores(db: Db): Promise<readonly MetricSample[]> {
  const rows = await db.selectFrom("stores").select(["name", "settings", "checkedOk"]).orderBy("createdAt").execute();
  return rows.flatMap(({ name, settings, checkedOk }) => {
    const kind = storeSettings.safeParse(JSON.parse(settings)).data?.kind ?? "";
    return checkedOk === null ? [] : [{ labels: { store: name, kind }, value: checkedOk }];
  });
}

async function readDeltaJobs(db: Db): Promise<readonly MetricSample[]> {
  const rows = await db
    .selectFrom("deltaPreparations")
    .select((eb) => ["state", eb.fn.countAll<number>().as("count")])
    .where("state", "in", DELTA_STATES)
    .groupBy("state")
    .execute();
  return [...zeroesOf(DELTA_STATES), ...countSamples(rows, ["state"])];
}

async function readOpenCommands(db: Db): Promise<readonly MetricSample[]> {
  const { count } = await db
    .selectFrom("commands")
    .select((eb) => eb.fn.countAll<number>().as("count"))
    .where("finishedAt", "is", null)
    .executeTakeFirstOrThrow();
  return only(count);
}

async function readAuditLength(db: Db): Promise<readonly MetricSample[]> {
  const { last } = await db
    .selectFrom("auditEntries")
    .select((eb) => eb.fn.max<number | null>("sequence").as("last"))
    .executeTakeFirstOrThrow();
  return only(last ?? 0);
}

const zeroesOf = (states: readonly string[]): readonly MetricSample[] => states.map((state) => ({ labels: { state }, value: 0 }));
