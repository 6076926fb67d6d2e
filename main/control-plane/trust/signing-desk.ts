import type { FleetScope } from "#shared/domain/access/permission.ts";
import type { SignaturesFile, SigningRequest, TrustIntent } from "#shared/domain/trust/signing-request.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { signingRequestId } from "#shared/lib/ids.ts";
import { OneAtATime } from "#main/node/one-at-a-time.ts";
import type { Details, Store, WriteUnit } from "../db/store.ts";
import type { Clock } from "../ports/clock.ts";
import type { Ids } from "../ports/ids.ts";
import type { Logger } from "../ports/logger.ts";
import type { Signer } from "../ports/signer.ts";
import { describeIntent, type DescribedIntent } from "./describe-intent.ts";
import { orderPolicies } from "./draft-intent.ts";
import { KeyLabels } from "./key-labels.ts";
import { draftRequest, isCurrent, isInForce, keepSignatures, signedChange, type RequestDraft } from "./request-drafts.ts";
import { isFullySigned, toSigningRequest, type PublishPayload, type RequestRecord } from "./request-record.ts";
import { RequestRepository } from "./request-repository.ts";
import { lifetimeMs } from "./role-lifetimes.ts";
import { signedPolicies } from "./signed-policies.ts";
import type { TrustRepository } from "./trust-repository.ts";
import { verifySignatures } from "./verify-signatures.ts";

/** What the desk works with. */
export type DeskParts = {
  readonly store: Store;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly logger: Logger;
  readonly signer: Signer;
  readonly repository: TrustRepository;
};

/** Who asks for a change, within which fleets. */
export type Asker = { readonly name: string; readonly fleets: FleetScope };

/** Rollcall itself: renewals, and what a restart completes. */
export const SYSTEM: Asker = { name: "system", fleets: "all" };

/** Ended requests that lists show at most; older ones are forgotten, the audit keeps what they did. */
const KEPT_REQUESTS = 200;

/**
 * The one way in which what hosts trust is changed: documents are drafted, signed by everybody who must, and committed.
 *
 *     draft ──signatures, each verified when it comes──▶ enough ──▶ commit: files, then snapshot and timestamp
 *       ▲                                                              │
 *       └──────── other requests that stood on what changed ◀──────────┘
 *
 * Server-held keys sign in the call that drafts, so the caller sees the end at once. Everything here happens one at a
 * time. A kill leaves a request that is fully signed and not committed; {@link SigningDesk.resume} completes it.
 */
export class SigningDesk {
  readonly #parts: DeskParts;
  readonly #turns = new OneAtATime();
  readonly #listeners: ((releaseId: string) => void)[] = [];

  constructor(parts: DeskParts) {
    this.#parts = parts;
  }

  /** Hears of releases whose request has enough signatures, or was cancelled. */
  onRelease(listener: (releaseId: string) => void): void {
    this.#listeners.push(listener);
  }

  /** Runs what must not happen beside a change, such as a renewal of the online roles. */
  exclusively<T>(work: () => Promise<T>): Promise<T> {
    return this.#turns.run(work);
  }

  /** Completes what a kill interrupted, and drafts again what stands on something else now. */
  resume(): Promise<void> {
    return this.#turns.run(async () => {
      await this.#parts.store.write((unit) => writeMinimums(unit, this.#parts.repository));
      await this.#settle();
      await this.#forgetApplications();
    });
  }

  /** Tries again what failed once it was signed, and drafts again what waits so long that its signatures would not last. */
  refresh(): Promise<void> {
    return this.#turns.run(async () => {
      await this.#settle();
      await this.#parts.store.write((unit) => new RequestRepository(unit.db).prune(KEPT_REQUESTS));
    });
  }

  /**
   * Drafts a change. Undefined when it would change nothing.
   *
   * @throws AppError as describeIntent does; ENV_DISK_FULL, with the request left open.
   */
  request(asker: Asker, intent: TrustIntent, payload?: PublishPayload): Promise<RequestRecord | undefined> {
    return this.#turns.run(async () => {
      const described = await this.#describe(asker, { intent, payload });
      const draft = await this.#draft(described, payload);
      if (draft === undefined) return undefined;
      const { store, ids, clock } = this.#parts;
      const record: RequestRecord = {
        ...draft,
        id: signingRequestId.parse(ids.uuid()),
        intent,
        payload,
        title: described.title,
        state: "open",
        draft: 1,
        draftedAt: clock.now(),
        createdAt: clock.now(),
        createdBy: asker.name,
        committedAt: undefined,
      };
      await store.write(async (unit) => {
        await new RequestRepository(unit.db).insert(record);
        note(unit, asker, "trust.requested", record, { fingerprint: record.fingerprint, documents: record.documents.length });
      });
      return isFullySigned(record) ? this.#complete(asker, record) : record;
    });
  }

  /**
   * Adds signatures; completes the request when they suffice.
   *
   * @throws AppError NOT_FOUND, CONFLICT_STATE for a request that has ended, TRUST_SIGNATURE_REFUSED for an older draft,
   *   a key that may not sign, or bytes that it did not sign: then none of the signatures is kept.
   */
  submit(asker: Asker, file: SignaturesFile): Promise<SigningRequest> {
    return this.#turns.run(async () => {
      const { repository, store } = this.#parts;
      const found = await this.#requireOpen(file.requestId);
      const record = isCurrent(found, repository) ? found : await this.#redraft(found);
      const verified = await verifySignatures(repository.state, record, file);
      const signed = await store.write(async (unit) => {
        const rows = new RequestRepository(unit.db);
        for (const { document, ...signature } of verified) await rows.addSignature(record.id, document, signature, unit.now);
        const labels = await KeyLabels.read(unit.db, record.intent);
        for (const keyId of new Set(verified.map((one) => one.keyId)))
          note(unit, asker, "trust.signed", record, { keyId, label: labels.of(keyId), fingerprint: record.fingerprint });
        return rows.require(record.id);
      });
      return toSigningRequest(isFullySigned(signed) ? await this.#complete(asker, signed) : signed);
    });
  }

  /** Gives a request up. @throws AppError NOT_FOUND, CONFLICT_STATE for one that has ended. */
  cancel(asker: Asker, id: string): Promise<SigningRequest> {
    return this.#turns.run(async () => toSigningRequest(await this.#end(asker, await this.#requireOpen(id))));
  }

  /** Gives the request of a release up, whether it was signed or not, and answers what it was. One that is unknown is no error. */
  abandon(asker: Asker, releaseId: string): Promise<RequestRecord | undefined> {
    return this.#turns.run(async () => {
      const record = await this.#rows().ofRelease("publish", releaseId);
      return record === undefined ? undefined : this.#end(asker, record);
    });
  }

  /** Asks people to sign everything for longer, unless they have been asked. */
  async requestRenewal(asker: Asker): Promise<void> {
    if ((await this.#rows().openOfKind("renew")) === undefined) await this.request(asker, { kind: "renew" });
  }

  /**
   * Puts a signed release in force.
   *
   * @throws AppError NOT_FOUND, TRUST_SIGNATURES_MISSING while it waits, or waits again since something else was
   *   committed first.
   */
  commitRelease(asker: Asker, releaseId: string): Promise<void> {
    return this.#turns.run(async () => {
      const found = await this.#rows().ofRelease("publish", releaseId);
      if (found === undefined) throw new AppError("NOT_FOUND", "Nobody has asked to sign this release; it was not published.");
      if (found.committedAt !== undefined) return;
      const { repository } = this.#parts;
      const stands = isCurrent(found, repository) || isInForce(found, repository);
      const record = stands ? found : await this.#redraft(found);
      if (record.state === "cancelled") return;
      if (!isFullySigned(record)) throw waits(record);
      await this.#commit(asker, record);
    });
  }

  async #describe(asker: Asker, { intent, payload }: Pick<RequestRecord, "intent" | "payload">): Promise<DescribedIntent> {
    const { store, repository } = this.#parts;
    return describeIntent({ db: store.read, scope: asker.fleets, mode: repository.mode }, intent, payload);
  }

  #draft({ order }: DescribedIntent, payload: PublishPayload | undefined): Promise<RequestDraft | undefined> {
    const { repository, signer, clock } = this.#parts;
    return draftRequest({ repository, signer, now: clock.now() }, order, payload);
  }

  /** A release is signed now and seen later, when its stores have it; everything else comes into force at once. */
  async #complete(asker: Asker, record: RequestRecord): Promise<RequestRecord> {
    if (record.intent.kind !== "publish") return this.#commit(asker, record);
    const { releaseId } = record.intent;
    return this.#parts.store.write(async (unit) => {
      await new RequestRepository(unit.db).end(record.id, { state: "completed", endedAt: unit.now });
      note(unit, asker, "trust.completed", record, { fingerprint: record.fingerprint, signedBy: signers(record) });
      unit.afterCommit(() => this.#tell(releaseId));
      return { ...record, state: "completed" };
    });
  }

  /** Whoever calls this has looked that the draft still follows what stands, or stands already after a failure in between. */
  async #commit(asker: Asker, record: RequestRecord): Promise<RequestRecord> {
    const { repository } = this.#parts;
    const { order } = await this.#describe(SYSTEM, record);
    if (!isInForce(record, repository)) await repository.commit(signedChange(record, orderPolicies(order)));
    const committed = await this.#noteCommitted(asker, record, order);
    if (order.kind === "quorum") await this.#forgetApplications();
    await this.#redraftStale();
    return committed;
  }

  async #noteCommitted(asker: Asker, record: RequestRecord, order: DescribedIntent["order"]): Promise<RequestRecord> {
    const { store, repository } = this.#parts;
    return store.write(async (unit) => {
      const rows = new RequestRepository(unit.db);
      await rows.end(record.id, { state: "completed", endedAt: unit.now, committedAt: unit.now });
      await rows.dropBytes(record.id);
      if (order.kind === "policy") await writeMinimums(unit, repository);
      if (order.kind === "quorum") await KeyLabels.write(unit, order.quorum);
      if (record.state === "open")
        note(unit, asker, "trust.completed", record, { fingerprint: record.fingerprint, signedBy: signers(record) });
      else unit.emit({ topic: "trust.changed", ids: { signingRequestId: record.id } });
      return { ...record, state: "completed", committedAt: unit.now };
    });
  }

  /** What is signed and not in force was cut by a kill or a full disk; it goes on, over what stands now. */
  async #settle(): Promise<void> {
    const { repository } = this.#parts;
    for (const record of await this.#rows().pending()) {
      if (record.state !== "open" || !isFullySigned(record)) continue;
      const stands = isCurrent(record, repository) || isInForce(record, repository);
      const settled = stands ? record : await this.#redraft(record);
      if (settled.state === "open" && isFullySigned(settled)) await this.#complete(SYSTEM, settled);
    }
    await this.#redraftStale();
  }

  /** Keys of applications that nobody has published yet sign nothing any more, either. The repository ends the others. */
  async #forgetApplications(): Promise<void> {
    const { store, signer, repository } = this.#parts;
    if (repository.mode === "server-held") return;
    for (const { productId } of await store.read.selectFrom("applications").select("productId").execute())
      if (await signer.holds(productId)) await signer.forget(productId);
  }

  /** Server-held keys sign a release anew when it is committed, unseen; people are asked as soon as they have to sign again. */
  async #redraftStale(): Promise<void> {
    const { repository, clock } = this.#parts;
    const oldest = clock.now() - lifetimeMs("targets", "operator-held") / 2;
    for (const record of await this.#rows().pending()) {
      if (record.state === "completed" && repository.mode === "server-held") continue;
      if (!isCurrent(record, repository) || record.draftedAt < oldest) await this.#redraft(record);
    }
  }

  /** Drafts over what stands now. What would change nothing any more is ended. */
  async #redraft(record: RequestRecord): Promise<RequestRecord> {
    const { store, clock } = this.#parts;
    const fresh = await this.#draft(await this.#describe(SYSTEM, record), record.payload).catch((thrown: unknown) => {
      if (thrown instanceof AppError && thrown.code === "NOT_FOUND") return undefined;
      throw thrown;
    });
    if (fresh === undefined) return this.#end(SYSTEM, record);
    const draft = keepSignatures(fresh, record);
    const next = { ...record, ...draft, draft: record.draft + 1, draftedAt: clock.now() };
    const isSigned = record.intent.kind === "publish" && isFullySigned(next);
    const redrafted = { ...next, state: isSigned ? ("completed" as const) : ("open" as const) };
    await store.write(async (unit) => {
      await new RequestRepository(unit.db).replaceDraft(record.id, redrafted, unit.now);
      if (redrafted.state === "completed") return;
      note(unit, SYSTEM, "trust.redrafted", record, { draft: redrafted.draft });
      // Why: whoever carries a release on has to know that it waits again.
      const { intent } = record;
      if (intent.kind === "publish" && record.state === "completed") unit.afterCommit(() => this.#tell(intent.releaseId));
    });
    return redrafted;
  }

  async #end(asker: Asker, record: RequestRecord): Promise<RequestRecord> {
    return this.#parts.store.write(async (unit) => {
      const rows = new RequestRepository(unit.db);
      await rows.end(record.id, { state: "cancelled", endedAt: unit.now });
      await rows.dropBytes(record.id);
      note(unit, asker, "trust.cancelled", record, { fingerprint: record.fingerprint });
      const { intent } = record;
      if (intent.kind === "publish") unit.afterCommit(() => this.#tell(intent.releaseId));
      return { ...record, state: "cancelled" };
    });
  }

  async #requireOpen(id: string): Promise<RequestRecord> {
    const record = await this.#rows().require(id);
    if (record.state !== "open") throw new AppError("CONFLICT_STATE", `"${record.title}" is ${record.state} already; nothing was changed.`);
    return record;
  }

  #rows(): RequestRepository {
    return new RequestRepository(this.#parts.store.read);
  }

  #tell(releaseId: string): void {
    for (const listener of this.#listeners) listener(releaseId);
  }
}

function note(unit: WriteUnit, asker: Asker, action: string, record: RequestRecord, details: Details): void {
  const { id, title, draft } = record;
  unit.audit({ actor: asker.name, action, subject: `signing-request:${id}`, details: { title, draft, ...details } });
  unit.emit({ topic: "trust.changed", ids: { signingRequestId: id } });
}

/** Everybody whose key has signed some document of the request. */
function signers({ documents }: RequestRecord): readonly string[] {
  return [...new Set(documents.flatMap(({ signatures }) => signatures.map(({ keyId }) => keyId)))];
}

function waits({ title, draft }: RequestRecord): AppError {
  const again = draft === 1 ? "waits for operators' signatures" : "has to be signed again, since another change was signed first";
  return new AppError("TRUST_SIGNATURES_MISSING", `"${title}" ${again}; hosts cannot see it yet.`);
}

/** Copies the signed minimum versions to where decisions read them. */
async function writeMinimums(unit: WriteUnit, { state }: TrustRepository): Promise<void> {
  const { minimums } = signedPolicies(state);
  await unit.db.updateTable("applications").set({ minimumVersion: null }).where("minimumVersion", "is not", null).execute();
  for (const [productId, minimumVersion] of minimums)
    await unit.db.updateTable("applications").set({ minimumVersion }).where("productId", "=", productId).execute();
}
