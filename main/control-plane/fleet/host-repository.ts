import { sql, type Kysely, type Selectable } from "kysely";
import type { FleetScope } from "#shared/domain/access/permission.ts";
import type { HostStatus } from "#shared/domain/host/host-status.ts";
import { AppError } from "#shared/errors/app-error.ts";
import type { Schema } from "../db/schema.ts";
import { fleetInScope } from "../db/fleet-in-scope.ts";
import { hasStatus, type StatusContext } from "./host-status-sql.ts";

/** A host as it is stored. */
export type HostRecord = Selectable<Schema["hosts"]>;

/** Which hosts; absent members do not limit, except that revoked hosts come only when asked for. */
export type HostFilter = {
  readonly fleetId?: string | undefined;
  readonly groupId?: string | undefined;
  readonly state?: HostRecord["state"] | undefined;
  readonly status?: HostStatus | undefined;
  readonly search?: string | undefined;
};

/** A page of hosts by name. The cursor is the id of the last host of the page before. */
export type HostPage = { readonly cursor?: string | undefined; readonly limit: number };

type HostChange = Partial<Pick<HostRecord, "state" | "connection" | "groupId" | "labels" | "pinnedReleaseId">>;

/** Rows of `hosts` within one caller's scope; a host of a fleet outside it does not exist. */
export class HostRepository {
  readonly #db: Kysely<Schema>;
  readonly #scope: FleetScope;

  constructor(db: Kysely<Schema>, scope: FleetScope) {
    this.#db = db;
    this.#scope = scope;
  }

  /** @throws AppError NOT_FOUND. */
  async require(id: string): Promise<HostRecord> {
    const row = await this.#db
      .selectFrom("hosts")
      .selectAll()
      .where("id", "=", id)
      .where(fleetInScope(this.#scope, "hosts.fleetId"))
      .executeTakeFirst();
    if (row === undefined) throw new AppError("NOT_FOUND", "There is no such host.");
    return row;
  }

  /** @throws AppError INPUT_INVALID when the cursor is no host of the caller's. */
  async page(filter: HostFilter, context: StatusContext, { cursor, limit }: HostPage): Promise<HostRecord[]> {
    const matching = this.#matching(filter, context).selectAll("hosts").orderBy("hosts.name").orderBy("hosts.id").limit(limit);
    if (cursor === undefined) return matching.execute();
    const last = await this.require(cursor).catch((cause: unknown) => {
      throw new AppError("INPUT_INVALID", "The cursor is not one that this list gave.", { cause, details: { field: "cursor" } });
    });
    return matching.where(sql<boolean>`(hosts.name, hosts.id) > (${last.name}, ${last.id})`).execute();
  }

  async count(filter: HostFilter, context: StatusContext): Promise<number> {
    const row = await this.#matching(filter, context)
      .select((eb) => eb.fn.countAll<number>().as("count"))
      .executeTakeFirstOrThrow();
    return row.count;
  }

  /** Writes the change and counts the revision up. The caller has read the row within its scope. */
  async update(id: string, change: HostChange): Promise<void> {
    await this.#db
      .updateTable("hosts")
      .set((eb) => ({ ...change, revision: eb("revision", "+", 1) }))
      .where("id", "=", id)
      .execute();
  }

  /** Ends what a revoked host still holds: live grants and open commands. */
  async endAccess(id: string, now: number): Promise<void> {
    await this.#db
      .updateTable("grants")
      .set({ state: "revoked", endedAt: now, reason: "the host was revoked" })
      .where("hostId", "=", id)
      .where("state", "=", "active")
      .execute();
    await this.#db
      .updateTable("commands")
      .set({ finishedAt: now, outcome: "expired", message: "The host was revoked." })
      .where("hostId", "=", id)
      .where("finishedAt", "is", null)
      .execute();
  }

  #matching(filter: HostFilter, context: StatusContext) {
    const { fleetId, groupId, state, status, search } = filter;
    return this.#db
      .selectFrom("hosts")
      .where(fleetInScope(this.#scope, "hosts.fleetId"))
      .where("hosts.state", "in", state === undefined ? ["pending", "active"] : [state])
      .$if(fleetId !== undefined, (query) => query.where("hosts.fleetId", "=", fleetId ?? ""))
      .$if(groupId !== undefined, (query) => query.where("hosts.groupId", "=", groupId ?? ""))
      .$if(search !== undefined, (query) => query.where(matchesSearch(search ?? "")))
      .$if(status !== undefined, (query) => (status === undefined ? query : query.where(hasStatus(status, context))));
  }
}

/** Name, platform or a label contains the text, or the id begins with it, whatever the case; `%` and `_` are letters like others. */
function matchesSearch(text: string) {
  const literal = text.replace(/[\\%_]/g, (special) => `\\${special}`);
  const contains = (column: string) => sql`lower(${sql.ref(column)}) like lower(${`%${literal}%`}) escape '\\'`;
  const begins = sql`hosts.id like lower(${`${literal}%`}) escape '\\'`;
  return sql<boolean>`(${sql.join([contains("hosts.name"), contains("hosts.platform"), contains("hosts.labels"), begins], sql` or `)})`;
}
