import { judgeToken, clockOffset } from "#shared/domain/fleet/enrolment-verdict.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { formatDuration } from "#shared/lib/format.ts";
import { hostId as hostIdSchema, type HostId } from "#shared/lib/ids.ts";
import type { EnrolRequest, EnrolResponse } from "#shared/protocol/enrolment.ts";
import { enrolmentBytes } from "#shared/protocol/signing.ts";
import { isSignedWith } from "#main/node/ed25519-signature.ts";
import type { Store, WriteUnit } from "../db/store.ts";
import type { Clock } from "../ports/clock.ts";
import type { Ids } from "../ports/ids.ts";
import { findHostByKey, insertHost, type KnownHost } from "./enrolment-rows.ts";
import type { EnrolmentFacts } from "./fleet-ports.ts";
import { TokenRepository, type TokenRecord } from "./token-repository.ts";
import { hashTokenSecret } from "./token-service.ts";

type Admitted = Admission & Pick<TokenRecord, "rootVersion">;
type Admission = { readonly hostId: HostId; readonly state: EnrolResponse["state"] };

/** Lets machines in: the one thing that a caller without an identity may ask. */
export class EnrolmentService {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #ids: Ids;
  readonly #facts: EnrolmentFacts;

  constructor(store: Store, clock: Clock, ids: Ids, facts: EnrolmentFacts) {
    this.#store = store;
    this.#clock = clock;
    this.#ids = ids;
    this.#facts = facts;
  }

  /**
   * Registers the key of a host. Asking again with the same key answers the same host and counts no further use, so a
   * lost answer costs nothing. `remote` is the address it came from, for the record.
   *
   * @throws AppError HOST_SIGNATURE_INVALID, INPUT_INVALID for a clock that is far off, ENROL_TOKEN_UNKNOWN,
   *   ENROL_TOKEN_REVOKED, ENROL_TOKEN_EXPIRED, ENROL_TOKEN_USED_UP, HOST_REVOKED, CONFLICT_EXISTS for a key that is
   *   registered in another fleet.
   */
  async enrol(request: EnrolRequest, remote: string): Promise<EnrolResponse> {
    const { signature, ...signed } = request;
    if (!(await isSignedWith(request.publicKey, enrolmentBytes(signed), signature))) {
      throw new AppError("HOST_SIGNATURE_INVALID", "The enrolment is not signed by the key that it names; nothing was registered.");
    }
    refuseWrongClock(request.at, this.#clock.now());
    const { rootVersion, ...admission } = await this.#store.write((unit) => this.#admit(unit, request, remote));
    return { v: 1, ...admission, trustRoot: Buffer.from(await this.#facts.rootBytes(rootVersion)).toString("base64") };
  }

  async #admit(unit: WriteUnit, request: EnrolRequest, remote: string): Promise<Admitted> {
    const tokens = new TokenRepository(unit.db, "all");
    const token = await tokens.findBySecret(hashTokenSecret(request.secret));
    if (token === undefined) throw new AppError("ENROL_TOKEN_UNKNOWN", "This enrolment token is not known here; nothing was registered.");
    const { rootVersion } = token;
    const known = await findHostByKey(unit.db, request.publicKey);
    if (known !== undefined) return { ...welcomeBack(known, token), rootVersion };
    refuseToken(token, unit.now);
    if (!(await tokens.takeUse(token.id))) throw usedUp(token);
    const hostId = hostIdSchema.parse(this.#ids.uuid());
    const state = token.requiresApproval === 1 ? "pending" : "active";
    await insertHost(unit, { hostId, state, request, token });
    recordEnrolment(unit, { hostId, state, request, token, remote });
    return { hostId, state, rootVersion };
  }
}

function refuseWrongClock(hostTime: number, now: number): void {
  const offsetMs = clockOffset(hostTime, now);
  if (offsetMs === undefined) return;
  const where = offsetMs > 0 ? "ahead of" : "behind";
  const message = `The host's clock is ${formatDuration(Math.abs(offsetMs))} ${where} this control plane's; nothing was registered.`;
  throw new AppError("INPUT_INVALID", `${message} Set the clock of the one that is wrong.`, { details: { field: "at", offsetMs } });
}

function welcomeBack(host: KnownHost, token: TokenRecord): Admission {
  if (host.fleetId !== token.fleetId) {
    const message = "This host's key is registered in another fleet; nothing was changed.";
    throw new AppError("CONFLICT_EXISTS", `${message} Give the host an empty state folder to enrol it anew.`);
  }
  if (host.state === "revoked") {
    const message = "This host was revoked and its key is not taken again; nothing was registered.";
    throw new AppError("HOST_REVOKED", `${message} Give the host an empty state folder to enrol it anew.`);
  }
  return { hostId: hostIdSchema.parse(host.id), state: host.state };
}

function refuseToken(token: TokenRecord, now: number): void {
  const verdict = judgeToken({ ...token, revokedAt: token.revokedAt ?? undefined }, now);
  if (verdict === "revoked") throw new AppError("ENROL_TOKEN_REVOKED", "This enrolment token was revoked; nothing was registered.");
  if (verdict === "expired") {
    const ago = formatDuration(now - token.expiresAt);
    throw new AppError("ENROL_TOKEN_EXPIRED", `This enrolment token expired ${ago} ago; nothing was registered.`);
  }
  if (verdict === "used-up") throw usedUp(token);
}

function usedUp(token: TokenRecord): AppError {
  const uses = token.maxUses === 1 ? "its one use" : `its ${token.maxUses} uses`;
  return new AppError("ENROL_TOKEN_USED_UP", `This enrolment token has had ${uses}; nothing was registered.`);
}

type Enrolment = Admission & { readonly request: EnrolRequest; readonly token: TokenRecord; readonly remote: string };

function recordEnrolment(unit: WriteUnit, { hostId, state, request, token, remote }: Enrolment): void {
  const { fleetId, groupId } = token;
  unit.audit({
    actor: `host:${hostId}`,
    action: "host.enrolled",
    subject: `host:${hostId}`,
    fleetId,
    details: { name: request.name, state, groupId, token: token.label, tokenId: token.id, publicKey: request.publicKey, remote },
  });
  unit.emit({ topic: "host.enrolled", ids: { hostId, groupId, fleetId }, fleetId });
}
