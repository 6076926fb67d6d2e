import type { Kysely, Selectable } from "kysely";
import type { FleetScope } from "#shared/domain/access/permission.ts";
import { AppError } from "#shared/errors/app-error.ts";
import type { Schema } from "../db/schema.ts";
import { fleetInScope } from "../db/fleet-in-scope.ts";

/** A fleet as it is stored. */
export type FleetRecord = Selectable<Schema["fleets"]>;

/** Rows of `fleets` within one caller's scope; a fleet outside it does not exist. */
export class FleetRepository {
  readonly #db: Kysely<Schema>;
  readonly #scope: FleetScope;

  constructor(db: Kysely<Schema>, scope: FleetScope) {
    this.#db = db;
    this.#scope = scope;
  }

  /** Fleets by name; with an id, that one alone. */
  list(id?: string): Promise<FleetRecord[]> {
    const all = this.#db.selectFrom("fleets").selectAll().where(fleetInScope(this.#scope, "fleets.id")).orderBy("name");
    return (id === undefined ? all : all.where("id", "=", id)).execute();
  }

  /** @throws AppError NOT_FOUND. */
  async require(id: string): Promise<FleetRecord> {
    const [row] = await this.list(id);
    if (row === undefined) throw new AppError("NOT_FOUND", "There is no such fleet.");
    return row;
  }

  /** Whether another fleet has this name. Names are unique over all fleets, seen or not. */
  async isNameTaken(name: string, exceptId?: string): Promise<boolean> {
    const row = await this.#db.selectFrom("fleets").select("id").where("name", "=", name).executeTakeFirst();
    return row !== undefined && row.id !== exceptId;
  }

  async insert(row: FleetRecord): Promise<void> {
    await this.#db.insertInto("fleets").values(row).execute();
  }

  /** Writes what people can change of a fleet and counts the revision up. */
  async update(id: string, change: Pick<FleetRecord, "name" | "description" | "downloadBytesPerSecond">): Promise<void> {
    await this.#db
      .updateTable("fleets")
      .set((eb) => ({ ...change, revision: eb("revision", "+", 1) }))
      .where("id", "=", id)
      .where(fleetInScope(this.#scope, "fleets.id"))
      .execute();
  }
}
