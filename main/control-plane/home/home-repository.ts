import { sql, type Kysely } from "kysely";
import type { HomeOverview } from "#shared/contract/rollouts.ts";
import type { FleetScope } from "#shared/domain/access/permission.ts";
import { TOLD_ACTIONS, type SentenceEntry } from "#shared/domain/audit/audit-sentence.ts";
import { auditEntry } from "#shared/domain/audit/audit.ts";
import { gate } from "#shared/domain/rollout/rollout.ts";
import { readJson } from "../db/read-json.ts";
import type { Schema } from "../db/schema.ts";
import { fleetInScope } from "../db/fleet-in-scope.ts";
import type { AwaitedApproval } from "./attention-list.ts";

/** An audit entry as Home tells it. */
export type Change = SentenceEntry & { readonly at: number; readonly actor: string; readonly fleetId: string | undefined };

/** How far back in the audit changes are looked for: bounds the work where the caller may see little of it. */
const LOOK_BACK = 5_000;

/** What Home reads by itself: the newest changes, what waits for approval, since when something stands as it does. */
export class HomeRepository {
  readonly #db: Kysely<Schema>;
  readonly #scope: FleetScope;

  constructor(db: Kysely<Schema>, scope: FleetScope) {
    this.#db = db;
    this.#scope = scope;
  }

  /** The newest changes that have a sentence, of the caller's fleets and of what belongs to no fleet. */
  async changes(limit: number): Promise<readonly Change[]> {
    const rows = await this.#db
      .selectFrom("auditEntries")
      .select(["at", "actor", "action", "subject", "fleetId", "reason", "details"])
      .where("sequence", ">", sql<number>`(select coalesce(max(sequence), 0) from "auditEntries") - ${LOOK_BACK}`)
      .where("action", "in", TOLD_ACTIONS)
      .where((eb) => eb.or([eb("fleetId", "is", null), fleetInScope(this.#scope, "auditEntries.fleetId")]))
      .orderBy("sequence", "desc")
      .limit(limit)
      .execute();
    return rows.map((row) => ({
      ...row,
      fleetId: row.fleetId ?? undefined,
      details: auditEntry.shape.details.parse(readJson(row.details)),
    }));
  }

  /** Waves of these running rollouts that are done but for a person's word. */
  async approvals(rolloutIds: readonly string[]): Promise<readonly AwaitedApproval[]> {
    if (rolloutIds.length === 0) return [];
    const rows = await this.#db
      .selectFrom("waves")
      .innerJoin("groups", "groups.id", "waves.groupId")
      .select(["waves.rolloutId", "waves.ordinal", "waves.gate", "waves.bakedMs", "waves.bakeJudgedAt", "waves.openedAt"])
      .select("groups.name as groupName")
      .where("waves.rolloutId", "in", rolloutIds)
      .where("waves.state", "=", "baking")
      .where("waves.approvedBy", "is", null)
      .where(fleetInScope(this.#scope, "groups.fleetId"))
      .execute();
    return rows.flatMap(({ gate: text, bakedMs, bakeJudgedAt, openedAt, ...wave }) => {
      const { approval, bakeMs } = gate.parse(readJson(text));
      return approval && bakedMs >= bakeMs ? [{ ...wave, since: bakeJudgedAt ?? openedAt ?? 0 }] : [];
    });
  }

  /** When each of these rollouts was last stopped. */
  async stoppedAt(rolloutIds: readonly string[]): Promise<ReadonlyMap<string, number>> {
    if (rolloutIds.length === 0) return new Map();
    const subjects = rolloutIds.map((id) => `rollout:${id}`);
    const rows = await this.#db
      .selectFrom("auditEntries")
      .select(["subject", (eb) => eb.fn.max<number>("at").as("at")])
      .where("subject", "in", subjects)
      .where("action", "in", ["rollout.tripped", "rollout.paused"])
      .groupBy("subject")
      .execute();
    return new Map(rows.map((row) => [row.subject.slice("rollout:".length), row.at]));
  }

  /** When each of these subscriptions got its present target. */
  async targetsSince(subscriptionIds: readonly string[]): Promise<ReadonlyMap<string, number>> {
    if (subscriptionIds.length === 0) return new Map();
    const rows = await this.#db
      .selectFrom("targetChanges")
      .select(["subscriptionId", (eb) => eb.fn.max<number>("at").as("at")])
      .where("subscriptionId", "in", subscriptionIds)
      .groupBy("subscriptionId")
      .execute();
    return new Map(rows.map((row) => [row.subscriptionId, row.at]));
  }

  /** Names of releases, such as "web 1.5.0", by id. */
  async releaseNames(ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
    if (ids.length === 0) return new Map();
    const rows = await this.#db
      .selectFrom("releases")
      .innerJoin("applications", "applications.id", "releases.applicationId")
      .select(["releases.id", "releases.version", "applications.name"])
      .where("releases.id", "in", ids)
      .execute();
    return new Map(rows.map((row) => [row.id, `${row.name} ${row.version}`]));
  }

  /** How far somebody has come who has just begun. */
  async setup(): Promise<HomeOverview["setup"]> {
    const some = async (query: { executeTakeFirst(): Promise<unknown> }): Promise<boolean> =>
      (await query.executeTakeFirst()) !== undefined;
    const db = this.#db;
    const within = (column: "fleets.id" | "hosts.fleetId" | "rollouts.fleetId") => fleetInScope(this.#scope, column);
    return {
      hasApplication: await some(db.selectFrom("applications").select("id").limit(1)),
      hasFleet: await some(db.selectFrom("fleets").select("id").where(within("fleets.id")).limit(1)),
      hasHost: await some(db.selectFrom("hosts").select("id").where(within("hosts.fleetId")).where("state", "!=", "revoked").limit(1)),
      hasRelease: await some(db.selectFrom("releases").select("id").where("state", "=", "published").limit(1)),
      hasRollout: await some(db.selectFrom("rollouts").select("id").where(within("rollouts.fleetId")).limit(1)),
    };
  }
}
