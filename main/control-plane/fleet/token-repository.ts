import type { Insertable, Kysely, Selectable } from "kysely";
import { enrolmentToken, type EnrolmentToken } from "#shared/domain/fleet/fleet.ts";
import type { FleetScope } from "#shared/domain/access/permission.ts";
import { AppError } from "#shared/errors/app-error.ts";
import type { Schema } from "../db/schema.ts";
import { fleetInScope } from "../db/fleet-in-scope.ts";

/** An enrolment token as it is stored: its secret only as a hash. */
export type TokenRecord = Selectable<Schema["enrolmentTokens"]>;

/** Newest tokens that a list shows; older ones are in the audit. */
const LIST_LIMIT = 500;

/** Rows of `enrolmentTokens` within one caller's scope; one of a fleet outside it does not exist. */
export class TokenRepository {
  readonly #db: Kysely<Schema>;
  readonly #scope: FleetScope;

  constructor(db: Kysely<Schema>, scope: FleetScope) {
    this.#db = db;
    this.#scope = scope;
  }

  /** Tokens of a fleet, newest first. */
  list(fleetId: string): Promise<TokenRecord[]> {
    return this.#db
      .selectFrom("enrolmentTokens")
      .selectAll()
      .where("fleetId", "=", fleetId)
      .where(fleetInScope(this.#scope, "enrolmentTokens.fleetId"))
      .orderBy("createdAt", "desc")
      .orderBy("id")
      .limit(LIST_LIMIT)
      .execute();
  }

  /** @throws AppError NOT_FOUND. */
  async require(id: string): Promise<TokenRecord> {
    const row = await this.#db
      .selectFrom("enrolmentTokens")
      .selectAll()
      .where("id", "=", id)
      .where(fleetInScope(this.#scope, "enrolmentTokens.fleetId"))
      .executeTakeFirst();
    if (row === undefined) throw new AppError("NOT_FOUND", "There is no such enrolment token.");
    return row;
  }

  async insert(row: Insertable<Schema["enrolmentTokens"]>): Promise<void> {
    await this.#db.insertInto("enrolmentTokens").values(row).execute();
  }

  async revoke(id: string, at: number): Promise<void> {
    await this.#db.updateTable("enrolmentTokens").set({ revokedAt: at }).where("id", "=", id).where("revokedAt", "is", null).execute();
  }

  /** The token with this secret, whichever fleet it is of: a host that enrols has no scope but its token. */
  findBySecret(secretSha256: string): Promise<TokenRecord | undefined> {
    return this.#db.selectFrom("enrolmentTokens").selectAll().where("secretSha256", "=", secretSha256).executeTakeFirst();
  }

  /** Counts one use, unless the limit is reached: then false, and nothing was counted. */
  async takeUse(id: string): Promise<boolean> {
    const result = await this.#db
      .updateTable("enrolmentTokens")
      .set((eb) => ({ uses: eb("uses", "+", 1) }))
      .where("id", "=", id)
      .whereRef("uses", "<", "maxUses")
      .executeTakeFirst();
    return result.numUpdatedRows > 0n;
  }
}

/** What an operator may read of a token. */
export function toEnrolmentToken({ requiresApproval, revokedAt, ...row }: TokenRecord): EnrolmentToken {
  return enrolmentToken.parse({ ...row, requiresApproval: requiresApproval === 1, revokedAt: revokedAt ?? undefined });
}
