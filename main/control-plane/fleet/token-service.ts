import { hash } from "node:crypto";
import type { EnrolmentToken } from "#shared/domain/fleet/fleet.ts";
import type { Principal } from "#shared/domain/access/permission.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { enrolmentTokenDocument, encodeEnrolmentToken } from "#shared/protocol/enrolment.ts";
import type { Store, WriteUnit } from "../db/store.ts";
import type { Ids } from "../ports/ids.ts";
import { enrolCommand } from "./enrol-command.ts";
import type { EnrolmentFacts } from "./fleet-ports.ts";
import { FleetRepository } from "./fleet-repository.ts";
import { GroupRepository, type GroupRecord } from "./group-repository.ts";
import { toEnrolmentToken, TokenRepository, type TokenRecord } from "./token-repository.ts";

type TokenDraft = {
  readonly groupId: string;
  readonly label: string;
  readonly lifetimeMs: number;
  readonly maxUses: number;
  readonly requiresApproval: boolean;
};

/** A new token: what is stored of it, the secret line, and the command to run on a host. Both texts are shown once. */
export type IssuedToken = { readonly token: EnrolmentToken; readonly text: string; readonly command: string };

/** Enrolment tokens of fleets: made, listed, revoked. Their use is in the enrolment service. */
export class TokenService {
  readonly #store: Store;
  readonly #ids: Ids;
  readonly #facts: EnrolmentFacts;

  constructor(store: Store, ids: Ids, facts: EnrolmentFacts) {
    this.#store = store;
    this.#ids = ids;
    this.#facts = facts;
  }

  /** @throws AppError NOT_FOUND. */
  async list(who: Principal, fleetId: string): Promise<EnrolmentToken[]> {
    await new FleetRepository(this.#store.read, who.fleets).require(fleetId);
    const rows = await new TokenRepository(this.#store.read, who.fleets).list(fleetId);
    return rows.map(toEnrolmentToken);
  }

  /**
   * Makes a token for hosts of one group. Only the hash of its 256 random bits is stored.
   *
   * @throws AppError NOT_FOUND; CONFLICT_STATE while the control plane has no address to give to hosts.
   */
  create(who: Principal, draft: TokenDraft): Promise<IssuedToken> {
    const urls = [...this.#facts.urls()];
    if (urls.length === 0) {
      const hint = "Start listening, or set its public addresses in the settings.";
      throw new AppError("CONFLICT_STATE", `This control plane has no address for hosts yet; no token was made. ${hint}`);
    }
    const secret = this.#ids.secret();
    const root = this.#facts.pinnedRoot();
    return this.#store.write(async (unit) => {
      const group = await new GroupRepository(unit.db, who.fleets).require(draft.groupId);
      const row = { ...newToken(this.#ids.uuid(), secret, who, group, draft, unit.now), rootVersion: root.version };
      await new TokenRepository(unit.db, who.fleets).insert(row);
      record(unit, who, "token.created", row, { label: row.label, group: group.name, maxUses: row.maxUses, expiresAt: row.expiresAt });
      const text = encodeEnrolmentToken(
        enrolmentTokenDocument.parse({
          urls,
          certificatePin: this.#facts.certificatePin(),
          fleetId: group.fleetId,
          groupId: group.id,
          secret,
          trustRoot: root.sha256,
          expiresAt: row.expiresAt,
        }),
      );
      return { token: toEnrolmentToken(row), text, command: enrolCommand(text, row.id, this.#facts.localAgent()) };
    });
  }

  /** Ends a token at once; hosts that used it stay. Revoking twice changes nothing. @throws AppError NOT_FOUND. */
  revoke(who: Principal, tokenId: string): Promise<EnrolmentToken> {
    return this.#store.write(async (unit) => {
      const tokens = new TokenRepository(unit.db, who.fleets);
      const row = await tokens.require(tokenId);
      if (row.revokedAt === null) {
        await tokens.revoke(tokenId, unit.now);
        record(unit, who, "token.revoked", row, { label: row.label, uses: row.uses, maxUses: row.maxUses });
      }
      return toEnrolmentToken(await tokens.require(tokenId));
    });
  }
}

/** The form in which a token's secret is stored and looked up. */
export function hashTokenSecret(secret: string): string {
  return hash("sha256", secret);
}

function newToken(
  id: string,
  secret: string,
  who: Principal,
  group: GroupRecord,
  draft: TokenDraft,
  now: number,
): Omit<TokenRecord, "rootVersion"> {
  return {
    id,
    fleetId: group.fleetId,
    groupId: group.id,
    label: draft.label,
    secretSha256: hashTokenSecret(secret),
    createdAt: now,
    createdBy: who.name,
    expiresAt: now + draft.lifetimeMs,
    maxUses: draft.maxUses,
    uses: 0,
    requiresApproval: draft.requiresApproval ? 1 : 0,
    revokedAt: null,
  };
}

type Facts = Record<string, string | number>;

function record(unit: WriteUnit, who: Principal, action: string, { id, fleetId }: TokenRecord, details: Facts): void {
  unit.audit({ actor: who.name, action, subject: `token:${id}`, fleetId, details });
  unit.emit({ topic: action, ids: { enrolmentTokenId: id, fleetId }, fleetId });
}
