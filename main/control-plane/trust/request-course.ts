import { AppError } from "#shared/errors/app-error.ts";
import type { Store } from "../db/store.ts";
import type { Clock } from "../ports/clock.ts";
import type { Ids } from "../ports/ids.ts";
import type { Logger } from "../ports/logger.ts";
import type { Signer } from "../ports/signer.ts";
import { describeIntent, type DescribedIntent } from "./describe-intent.ts";
import { orderPolicies } from "./draft-intent.ts";
import { KeyLabels } from "./key-labels.ts";
import { forgetNextOnlineKeys } from "./online-keys.ts";
import { draftRequest, isCurrent, isInForce, isStillHeld, keepSignatures, signedChange, type RequestDraft } from "./request-drafts.ts";
import { noteExchange, noteRequest, signersOf, SYSTEM, type Asker } from "./request-notes.ts";
import { isFullySigned, type RequestRecord } from "./request-record.ts";
import { RequestRepository } from "./request-repository.ts";
import { lifetimeMs } from "./role-lifetimes.ts";
import type { TrustRepository } from "./trust-repository.ts";
import { writeMinimums } from "./write-minimums.ts";

/** What signing requests work with. */
export type DeskParts = {
  readonly store: Store;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly logger: Logger;
  readonly signer: Signer;
  readonly repository: TrustRepository;
};

/**
 * The course of signing requests, one step at a time: drafted, complete, in force, drafted again, ended. Whoever calls
 * it sees to it that no two steps run side by side.
 */
export class RequestCourse {
  readonly #parts: DeskParts;
  readonly #tell: (releaseId: string) => void;

  /** `tell` hears of releases whose request has enough signatures, waits again, or has ended. */
  constructor(parts: DeskParts, tell: (releaseId: string) => void) {
    this.#parts = parts;
    this.#tell = tell;
  }

  /** Puts an intent into the repository's words. @throws AppError as describeIntent does. */
  describe(asker: Asker, { intent, payload }: Pick<RequestRecord, "intent" | "payload">): Promise<DescribedIntent> {
    const { store, repository } = this.#parts;
    return describeIntent({ db: store.read, scope: asker.fleets, mode: repository.mode }, intent, payload);
  }

  /** Drafts over what stands now; undefined when nothing would change. */
  draft({ order }: DescribedIntent, payload: RequestRecord["payload"]): Promise<RequestDraft | undefined> {
    const { repository, signer, clock } = this.#parts;
    return draftRequest({ repository, signer, now: clock.now() }, order, payload);
  }

  /** A release is signed now and seen later, when its stores have it; everything else comes into force at once. */
  async complete(asker: Asker, record: RequestRecord): Promise<RequestRecord> {
    const { intent } = record;
    if (intent.kind !== "publish") return this.commit(asker, record);
    return this.#parts.store.write(async (unit) => {
      await new RequestRepository(unit.db).end(record.id, { state: "completed", endedAt: unit.now });
      noteRequest(unit, asker, "completed", record, { signedBy: signersOf(record) });
      unit.afterCommit(() => this.#tell(intent.releaseId));
      return { ...record, state: "completed" };
    });
  }

  /**
   * Puts a fully signed draft in force. Whoever calls this has looked that it follows what stands, or stands already
   * after a failure in between.
   */
  async commit(asker: Asker, record: RequestRecord): Promise<RequestRecord> {
    const { repository } = this.#parts;
    const { order } = await this.describe(SYSTEM, record);
    if (!isInForce(record, repository)) await repository.commit(signedChange(record, orderPolicies(order)));
    const committed = await this.#noteCommitted(asker, record, order);
    if (order.kind === "quorum") await this.forgetApplications();
    await this.#redraftStale();
    return committed;
  }

  /** Whether a draft can be put in force as it is. */
  async stands(record: RequestRecord): Promise<boolean> {
    const { repository, signer } = this.#parts;
    return isInForce(record, repository) || (isCurrent(record, repository) && (await isStillHeld(record, signer)));
  }

  /** Drafts over what stands now. What would change nothing any more, or is about something that is gone, is ended. */
  async redraft(record: RequestRecord): Promise<RequestRecord> {
    const fresh = await this.#draftAgain(record);
    if (fresh === undefined) return this.end(SYSTEM, record);
    const next = { ...record, ...keepSignatures(fresh, record), draft: record.draft + 1, draftedAt: this.#parts.clock.now() };
    const { intent } = record;
    const isSigned = intent.kind === "publish" && isFullySigned(next);
    const redrafted: RequestRecord = { ...next, state: isSigned ? "completed" : "open" };
    await this.#parts.store.write(async (unit) => {
      await new RequestRepository(unit.db).replaceDraft(record.id, redrafted, unit.now);
      if (isSigned) return;
      noteRequest(unit, SYSTEM, "redrafted", redrafted);
      // Why: whoever carries a release on has to know that it waits again.
      if (intent.kind === "publish" && record.state === "completed") unit.afterCommit(() => this.#tell(intent.releaseId));
    });
    return redrafted;
  }

  /** Gives a request up. */
  async end(asker: Asker, record: RequestRecord): Promise<RequestRecord> {
    if (record.intent.kind === "online-keys") await this.#forgetNextKeys();
    return this.#parts.store.write(async (unit) => {
      const rows = new RequestRepository(unit.db);
      await rows.end(record.id, { state: "cancelled", endedAt: unit.now });
      await rows.dropBytes(record.id);
      noteRequest(unit, asker, "cancelled", record);
      const { intent } = record;
      if (intent.kind === "publish") unit.afterCommit(() => this.#tell(intent.releaseId));
      return { ...record, state: "cancelled" };
    });
  }

  /** Goes on with what is signed and was cut by a kill or a full disk, over what stands now. */
  async settle(): Promise<void> {
    for (const record of await this.#pending()) await this.#logged(record, () => this.#settleOne(record));
    await this.#redraftStale();
  }

  /** Keys of applications that nobody has published sign nothing after the takeover, either. The repository ends the others. */
  async forgetApplications(): Promise<void> {
    const { store, signer, repository } = this.#parts;
    if (repository.mode === "server-held") return;
    for (const { productId } of await store.read.selectFrom("applications").select("productId").execute())
      if (await signer.holds(productId)) await signer.forget(productId);
  }

  /** Keys that no open request names follow nothing: whoever has seen them must find no use for them later. */
  async forgetUnasked(): Promise<void> {
    const pending = await this.#pending();
    if (!pending.some(({ intent }) => intent.kind === "online-keys")) await this.#forgetNextKeys();
  }

  #forgetNextKeys(): Promise<void> {
    const { repository, signer } = this.#parts;
    return forgetNextOnlineKeys(repository.state.root.signed, signer);
  }

  async #settleOne(record: RequestRecord): Promise<void> {
    if (!isFullySigned(record)) return;
    if (isInForce(record, this.#parts.repository)) return void (await this.commit(SYSTEM, record));
    if (record.state === "completed") return;
    const settled = (await this.stands(record)) ? record : await this.redraft(record);
    if (settled.state === "open" && isFullySigned(settled)) await this.complete(SYSTEM, settled);
  }

  /** Server-held keys sign a release anew when it is committed, unseen; people are asked as soon as they have to sign again. */
  async #redraftStale(): Promise<void> {
    const { repository, signer, clock } = this.#parts;
    const oldest = clock.now() - lifetimeMs("targets", "operator-held") / 2;
    for (const record of await this.#pending()) {
      if (record.state === "completed" && repository.mode === "server-held") continue;
      const isFresh = isCurrent(record, repository) && (await isStillHeld(record, signer)) && record.draftedAt >= oldest;
      if (!isFresh) await this.#logged(record, () => this.redraft(record));
    }
  }

  async #draftAgain(record: RequestRecord): Promise<RequestDraft | undefined> {
    try {
      return await this.draft(await this.describe(SYSTEM, record), record.payload);
    } catch (thrown) {
      if (thrown instanceof AppError && thrown.code === "NOT_FOUND") return undefined;
      throw thrown;
    }
  }

  async #noteCommitted(asker: Asker, record: RequestRecord, order: DescribedIntent["order"]): Promise<RequestRecord> {
    const { store, repository } = this.#parts;
    return store.write(async (unit) => {
      const rows = new RequestRepository(unit.db);
      await rows.end(record.id, { state: "completed", endedAt: unit.now, committedAt: unit.now });
      await rows.dropBytes(record.id);
      if (order.kind === "policy") await writeMinimums(unit, repository);
      if (order.kind === "quorum") await KeyLabels.write(unit, order.quorum);
      if (order.kind === "online-keys") noteExchange(unit, asker, repository.state.root.signed);
      if (record.state === "open") noteRequest(unit, asker, "completed", record, { signedBy: signersOf(record) });
      else unit.emit({ topic: "trust.changed", ids: { signingRequestId: record.id } });
      return { ...record, state: "completed", committedAt: unit.now };
    });
  }

  /** A request that cannot go on keeps nothing else from going on; it is tried again at the next look. */
  async #logged(record: RequestRecord, work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (thrown) {
      this.#parts.logger.error({ err: thrown, signingRequestId: record.id }, "a signing request could not go on; it is tried again");
    }
  }

  #pending(): Promise<readonly RequestRecord[]> {
    return new RequestRepository(this.#parts.store.read).pending();
  }
}
