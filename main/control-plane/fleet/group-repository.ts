import type { Kysely, Selectable } from "kysely";
import type { FleetScope } from "#shared/domain/access/permission.ts";
import { AppError } from "#shared/errors/app-error.ts";
import type { Schema } from "../db/schema.ts";
import { fleetInScope } from "../db/fleet-in-scope.ts";

/** A group as it is stored. */
export type GroupRecord = Selectable<Schema["groups"]>;

/** Hosts of one group that are not revoked. */
export type GroupCount = { readonly groupId: string; readonly hosts: number; readonly connected: number };

/** What still needs a group and so keeps it from being removed. */
export type GroupUse = { readonly hosts: number; readonly subscriptions: number; readonly waves: number };

/** Rows of `groups` within one caller's scope; a group of a fleet outside it does not exist. */
export class GroupRepository {
  readonly #db: Kysely<Schema>;
  readonly #scope: FleetScope;

  constructor(db: Kysely<Schema>, scope: FleetScope) {
    this.#db = db;
    this.#scope = scope;
  }

  /** Groups in rollout order; of one fleet or of all. */
  list(fleetId?: string): Promise<GroupRecord[]> {
    const all = this.#db
      .selectFrom("groups")
      .selectAll()
      .where(fleetInScope(this.#scope, "groups.fleetId"))
      .orderBy("fleetId")
      .orderBy("position")
      .orderBy("name");
    return (fleetId === undefined ? all : all.where("fleetId", "=", fleetId)).execute();
  }

  /** @throws AppError NOT_FOUND. */
  async require(id: string): Promise<GroupRecord> {
    const row = await this.#db
      .selectFrom("groups")
      .selectAll()
      .where("id", "=", id)
      .where(fleetInScope(this.#scope, "groups.fleetId"))
      .executeTakeFirst();
    if (row === undefined) throw new AppError("NOT_FOUND", "There is no such group.");
    return row;
  }

  async insert(rows: readonly GroupRecord[]): Promise<void> {
    await this.#db.insertInto("groups").values(rows).execute();
  }

  /** Writes name or position and counts the revision up. The caller has read the row within its scope. */
  async update(id: string, change: Partial<Pick<GroupRecord, "name" | "position">>): Promise<void> {
    await this.#db
      .updateTable("groups")
      .set((eb) => ({ ...change, revision: eb("revision", "+", 1) }))
      .where("id", "=", id)
      .execute();
  }

  /** Removes the group and its enrolment tokens. Revoked hosts are only a record; they go to the group `heirId`. */
  async remove(id: string, heirId: string): Promise<void> {
    await this.#db.updateTable("hosts").set({ groupId: heirId }).where("groupId", "=", id).where("state", "=", "revoked").execute();
    await this.#db.deleteFrom("enrolmentTokens").where("groupId", "=", id).execute();
    await this.#db.deleteFrom("groups").where("id", "=", id).execute();
  }

  /** Hosts per group, counted from an index. */
  counts(fleetId?: string): Promise<GroupCount[]> {
    const all = this.#db
      .selectFrom("hosts")
      .innerJoin("groups", "groups.id", "hosts.groupId")
      .where(fleetInScope(this.#scope, "groups.fleetId"))
      .where("hosts.state", "in", ["pending", "active"])
      .groupBy("hosts.groupId")
      .select((eb) => [
        "hosts.groupId",
        eb.fn.countAll<number>().as("hosts"),
        eb.fn.sum<number>(eb.case().when("hosts.connection", "=", "connected").then(1).else(0).end()).as("connected"),
      ]);
    return (fleetId === undefined ? all : all.where("groups.fleetId", "=", fleetId)).execute();
  }

  /** Counts what the group is still needed for; revoked hosts do not need it. */
  async uses(id: string): Promise<GroupUse> {
    const count = (table: "hosts" | "subscriptions" | "waves") =>
      this.#db
        .selectFrom(table)
        .where("groupId", "=", id)
        .select((eb) => eb.fn.countAll<number>().as("count"));
    const [hosts, subscriptions, waves] = [
      await count("hosts").where("state", "!=", "revoked").executeTakeFirstOrThrow(),
      await count("subscriptions").executeTakeFirstOrThrow(),
      await count("waves").executeTakeFirstOrThrow(),
    ];
    return { hosts: hosts.count, subscriptions: subscriptions.count, waves: waves.count };
  }
}
