import { hash } from "node:crypto";
import { z } from "zod";
import type { ApiToken } from "#shared/contract/administration.ts";
import { role, type FleetScope, type Principal } from "#shared/domain/access/permission.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { apiTokenId, fleetId } from "#shared/lib/ids.ts";
import type { Store } from "../db/store.ts";
import type { Clock } from "../ports/clock.ts";
import type { Ids } from "../ports/ids.ts";

/** A login link is worth one login within this time. */
export const LOGIN_LINK_MS = 10 * 60_000;

/** A browser session ends after this time at the latest. */
export const SESSION_MS = 12 * 3_600_000;

const API_TOKEN_PREFIX = "rct_";
/** `lastUsedAt` is written at most this often, so that a busy pipeline costs no writes. */
const LAST_USED_STEP_MS = 60_000;

const fleetScope = z.union([z.literal("all"), z.array(fleetId)]);

type TokenDraft = {
  readonly label: string;
  readonly role: Principal["role"];
  readonly fleets: FleetScope;
  readonly lifetimeMs?: number | undefined;
};

/**
 * Who may act: login links (once), browser sessions and API tokens. Only hashes of secrets are stored; every secret
 * has 256 random bits, so a plain SHA-256 is enough.
 */
export class AccessService {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #ids: Ids;

  constructor(store: Store, clock: Clock, ids: Ids) {
    this.#store = store;
    this.#clock = clock;
    this.#ids = ids;
  }

  /** Makes the secret of a one-time login link with the rights of `who`. */
  async createLoginLink(
    who: Pick<Principal, "name" | "role" | "fleets">,
  ): Promise<{ readonly secret: string; readonly expiresAt: number }> {
    const secret = this.#ids.secret();
    const expiresAt = this.#clock.now() + LOGIN_LINK_MS;
    await this.#store.write(async (unit) => {
      await unit.db
        .insertInto("sessions")
        .values({ ...sessionRow(secret, who, unit.now), kind: "login-link", expiresAt })
        .execute();
      unit.audit({ actor: who.name, action: "login-link.created", subject: who.name });
    });
    return { secret, expiresAt };
  }

  /** Turns a login link into a session. @throws AppError ACCESS_LINK_USED when it was used, is unknown or too old. */
  redeemLoginLink(linkSecret: string): Promise<{ readonly secret: string; readonly expiresAt: number }> {
    return this.#store.write(async (unit) => {
      const row = await unit.db
        .deleteFrom("sessions")
        .where("secretSha256", "=", sha256(linkSecret))
        .where("kind", "=", "login-link")
        .returningAll()
        .executeTakeFirst();
      if (row === undefined || row.expiresAt <= unit.now) {
        throw new AppError("ACCESS_LINK_USED", "This login link was used already or is too old; you are not logged in.");
      }
      const secret = this.#ids.secret();
      const expiresAt = unit.now + SESSION_MS;
      await unit.db.deleteFrom("sessions").where("expiresAt", "<=", unit.now).execute();
      await unit.db
        .insertInto("sessions")
        .values({ ...row, secretSha256: sha256(secret), kind: "session", createdAt: unit.now, expiresAt })
        .execute();
      unit.audit({ actor: row.name, action: "session.opened", subject: row.name });
      return { secret, expiresAt };
    });
  }

  /** The principal of a session cookie, or undefined. */
  async principalOfSession(secret: string): Promise<Principal | undefined> {
    const row = await this.#store.read
      .selectFrom("sessions")
      .selectAll()
      .where("secretSha256", "=", sha256(secret))
      .where("kind", "=", "session")
      .executeTakeFirst();
    if (row === undefined || row.expiresAt <= this.#clock.now()) return undefined;
    return { name: row.name, role: role.parse(row.role), fleets: fleetScope.parse(JSON.parse(row.fleets)), local: false };
  }

  /** Logs a browser out. A session that is over already is no error. */
  async endSession(secret: string): Promise<void> {
    await this.#store.write(async (unit) => {
      const ended = await unit.db
        .deleteFrom("sessions")
        .where("secretSha256", "=", sha256(secret))
        .where("kind", "=", "session")
        .returning("name")
        .executeTakeFirst();
      if (ended !== undefined) unit.audit({ actor: ended.name, action: "session.ended", subject: ended.name });
    });
  }

  /** The principal of an API token, or undefined when it is unknown, expired or revoked. */
  async principalOfApiToken(secret: string): Promise<Principal | undefined> {
    if (!secret.startsWith(API_TOKEN_PREFIX)) return undefined;
    const row = await this.#store.read.selectFrom("apiTokens").selectAll().where("secretSha256", "=", sha256(secret)).executeTakeFirst();
    const now = this.#clock.now();
    if (row === undefined || row.revokedAt !== null || (row.expiresAt !== null && row.expiresAt <= now)) return undefined;
    if (row.lastUsedAt === null || now - row.lastUsedAt >= LAST_USED_STEP_MS) {
      await this.#store.write((unit) => unit.db.updateTable("apiTokens").set({ lastUsedAt: now }).where("id", "=", row.id).execute());
    }
    return { name: tokenName(row.label), role: role.parse(row.role), fleets: fleetScope.parse(JSON.parse(row.fleets)), local: false };
  }

  async listTokens(): Promise<ApiToken[]> {
    const rows = await this.#store.read.selectFrom("apiTokens").selectAll().orderBy("createdAt", "desc").execute();
    return rows.map(toApiToken);
  }

  /** Makes an API token; the secret is answered once and never stored. Nobody grants more fleets than they have. */
  async createToken(creator: Principal, draft: TokenDraft): Promise<{ readonly token: ApiToken; readonly secret: string }> {
    requireWithin(creator.fleets, draft.fleets, "None was made.");
    const secret = API_TOKEN_PREFIX + this.#ids.secret();
    return this.#store.write(async (unit) => {
      const row = await unit.db
        .insertInto("apiTokens")
        .values({
          id: this.#ids.uuid(),
          label: draft.label,
          secretSha256: sha256(secret),
          role: draft.role,
          fleets: JSON.stringify(draft.fleets),
          createdAt: unit.now,
          createdBy: creator.name,
          expiresAt: draft.lifetimeMs === undefined ? null : unit.now + draft.lifetimeMs,
          lastUsedAt: null,
          revokedAt: null,
        })
        .returningAll()
        .executeTakeFirstOrThrow();
      unit.audit({
        actor: creator.name,
        action: "api-token.created",
        subject: `api-token:${row.id}`,
        details: { label: draft.label, role: draft.role },
      });
      unit.emit({ topic: "api-token.created", ids: { apiTokenId: row.id } });
      return { token: toApiToken(row), secret };
    });
  }

  /**
   * Ends an API token at once, with the login links and sessions that were made with it. Revoking twice changes nothing.
   *
   * @throws AppError NOT_FOUND, ACCESS_DENIED when the token reaches fleets that the caller does not.
   */
  revokeToken(who: Pick<Principal, "name" | "fleets">, id: string): Promise<ApiToken> {
    return this.#store.write(async (unit) => {
      const known = await unit.db.selectFrom("apiTokens").select("fleets").where("id", "=", id).executeTakeFirst();
      if (known !== undefined) requireWithin(who.fleets, fleetScope.parse(JSON.parse(known.fleets)), "The token stays as it is.");
      const row = await unit.db
        .updateTable("apiTokens")
        .set((eb) => ({ revokedAt: eb.fn.coalesce("revokedAt", eb.val(unit.now)) }))
        .where("id", "=", id)
        .returningAll()
        .executeTakeFirst();
      if (row === undefined) throw new AppError("NOT_FOUND", "There is no such API token.");
      await unit.db.deleteFrom("sessions").where("name", "=", tokenName(row.label)).execute();
      unit.audit({ actor: who.name, action: "api-token.revoked", subject: `api-token:${id}`, details: { label: row.label } });
      unit.emit({ topic: "api-token.revoked", ids: { apiTokenId: id } });
      return toApiToken(row);
    });
  }

  /** Forgets sessions and links that are over, and API tokens that ended longer ago than `retentionMs`. */
  async prune(retentionMs: number): Promise<void> {
    await this.#store.write(async ({ db, now }) => {
      await db.deleteFrom("sessions").where("expiresAt", "<=", now).execute();
      const before = now - retentionMs;
      await db
        .deleteFrom("apiTokens")
        .where((eb) => eb.or([eb("revokedAt", "<", before), eb("expiresAt", "<", before)]))
        .execute();
    });
  }
}

type TokenRow = {
  id: string;
  label: string;
  role: string;
  fleets: string;
  createdAt: number;
  createdBy: string;
  expiresAt: number | null;
  lastUsedAt: number | null;
  revokedAt: number | null;
};

function toApiToken(row: TokenRow): ApiToken {
  return {
    id: apiTokenId.parse(row.id),
    label: row.label,
    role: role.parse(row.role),
    fleets: fleetScope.parse(JSON.parse(row.fleets)),
    createdAt: row.createdAt,
    createdBy: row.createdBy,
    ...(row.expiresAt === null ? {} : { expiresAt: row.expiresAt }),
    ...(row.lastUsedAt === null ? {} : { lastUsedAt: row.lastUsedAt }),
    ...(row.revokedAt === null ? {} : { revokedAt: row.revokedAt }),
  };
}

const tokenName = (label: string): string => `token:${label}`;

function requireWithin(own: FleetScope, wanted: FleetScope, outcome: string): void {
  if (own === "all" || (wanted !== "all" && wanted.every((id) => own.includes(id)))) return;
  throw new AppError("ACCESS_DENIED", `This token reaches fleets that you do not. ${outcome}`);
}

function sessionRow(secret: string, who: Pick<Principal, "name" | "role" | "fleets">, now: number) {
  return { secretSha256: sha256(secret), name: who.name, role: who.role, fleets: JSON.stringify(who.fleets), createdAt: now };
}

function sha256(secret: string): string {
  return hash("sha256", secret);
}
