import type { Insertable, Kysely, Selectable } from "kysely";
import type { FleetScope } from "#shared/domain/access/permission.ts";
import { AppError } from "#shared/errors/app-error.ts";
import type { Schema } from "../db/schema.ts";
import { fleetInScope } from "../db/fleet-in-scope.ts";

/** A subscription as it is stored, with the fleet of its group. */
export type SubscriptionRecord = Selectable<Schema["subscriptions"]> & { readonly fleetId: string };

type NewSubscription = Insertable<Schema["subscriptions"]>;
type SubscriptionChange = Partial<Pick<NewSubscription, "policy" | "channelId" | "following">>;

/** Newest changes of a target that are shown. */
const HISTORY_LIMIT = 500;

/** Rows of `subscriptions` within one caller's scope; one of a fleet outside it does not exist. */
export class SubscriptionRepository {
  readonly #db: Kysely<Schema>;
  readonly #scope: FleetScope;

  constructor(db: Kysely<Schema>, scope: FleetScope) {
    this.#db = db;
    this.#scope = scope;
  }

  /** @throws AppError NOT_FOUND. */
  async require(id: string): Promise<SubscriptionRecord> {
    const row = await this.#db
      .selectFrom("subscriptions")
      .innerJoin("groups", "groups.id", "subscriptions.groupId")
      .selectAll("subscriptions")
      .select("groups.fleetId")
      .where("subscriptions.id", "=", id)
      .where(fleetInScope(this.#scope, "groups.fleetId"))
      .executeTakeFirst();
    if (row === undefined) throw new AppError("NOT_FOUND", "There is no such subscription.");
    return row;
  }

  /** Whether the group, which the caller has read within its scope, is subscribed to the application. */
  async exists(groupId: string, applicationId: string): Promise<boolean> {
    const row = await this.#db
      .selectFrom("subscriptions")
      .select("id")
      .where("groupId", "=", groupId)
      .where("applicationId", "=", applicationId)
      .executeTakeFirst();
    return row !== undefined;
  }

  async insert(row: NewSubscription): Promise<void> {
    await this.#db.insertInto("subscriptions").values(row).execute();
  }

  /** Writes the change and counts the revision up. The caller has read the row within its scope. */
  async update(id: string, change: SubscriptionChange): Promise<void> {
    await this.#db
      .updateTable("subscriptions")
      .set((eb) => ({ ...change, revision: eb("revision", "+", 1) }))
      .where("id", "=", id)
      .execute();
  }

  async remove(id: string): Promise<void> {
    await this.#db.deleteFrom("subscriptions").where("id", "=", id).execute();
  }

  /** The rollout that holds the subscription now. */
  async activeRollout(id: string): Promise<string | undefined> {
    const row = await this.#db
      .selectFrom("rolloutTargets")
      .select("rolloutId")
      .where("subscriptionId", "=", id)
      .where("active", "=", 1)
      .executeTakeFirst();
    return row?.rolloutId;
  }

  /** Adds a row to the version history. */
  async addTargetChange(row: Insertable<Schema["targetChanges"]>): Promise<void> {
    await this.#db.insertInto("targetChanges").values(row).execute();
  }

  /** The version history, newest first. */
  history(id: string) {
    return this.#db
      .selectFrom("targetChanges")
      .innerJoin("subscriptions", "subscriptions.id", "targetChanges.subscriptionId")
      .innerJoin("groups", "groups.id", "subscriptions.groupId")
      .innerJoin("releases as later", "later.id", "targetChanges.toReleaseId")
      .leftJoin("releases as earlier", "earlier.id", "targetChanges.fromReleaseId")
      .selectAll("targetChanges")
      .select(["later.version as toVersion", "earlier.version as fromVersion"])
      .where("targetChanges.subscriptionId", "=", id)
      .where(fleetInScope(this.#scope, "groups.fleetId"))
      .orderBy("targetChanges.id", "desc")
      .limit(HISTORY_LIMIT)
      .execute();
  }
}
