import type { SignaturesFile, SigningRequest, TrustIntent } from "#shared/domain/trust/signing-request.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { signingRequestId } from "#shared/lib/ids.ts";
import { OneAtATime } from "#main/node/one-at-a-time.ts";
import { KeyLabels } from "./key-labels.ts";
import { RequestCourse, type DeskParts } from "./request-course.ts";
import type { RequestDraft } from "./request-drafts.ts";
import { noteRequest, type Asker } from "./request-notes.ts";
import { isFullySigned, toSigningRequest, type PublishPayload, type RequestRecord } from "./request-record.ts";
import { RequestRepository } from "./request-repository.ts";
import { verifySignatures } from "./verify-signatures.ts";
import { writeMinimums } from "./write-minimums.ts";

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
  readonly #course: RequestCourse;
  readonly #turns = new OneAtATime();
  readonly #listeners: ((releaseId: string) => void)[] = [];

  constructor(parts: DeskParts) {
    this.#parts = parts;
    this.#course = new RequestCourse(parts, (releaseId) => {
      for (const listener of this.#listeners) listener(releaseId);
    });
  }

  /** Hears of releases whose request has enough signatures, waits again, or was cancelled. */
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
      await this.#course.settle();
      await this.#course.forgetApplications();
      await this.#course.forgetUnasked();
    });
  }

  /** Tries again what failed once it was signed, and drafts again what waits so long that its signatures would not last. */
  refresh(): Promise<void> {
    return this.#turns.run(async () => {
      await this.#course.settle();
      await this.#parts.store.write((unit) => new RequestRepository(unit.db).prune(KEPT_REQUESTS));
    });
  }

  /**
   * Drafts a change. Undefined when it would change nothing.
   *
   * @throws AppError as describeIntent does; CONFLICT_EXISTS for a second exchange of the online keys; ENV_DISK_FULL,
   *   with the request left open.
   */
  request(asker: Asker, intent: TrustIntent, payload?: PublishPayload): Promise<RequestRecord | undefined> {
    return this.#turns.run(async () => {
      if (intent.kind === "online-keys") await this.#freshKeys();
      const described = await this.#course.describe(asker, { intent, payload });
      const draft = await this.#course.draft(described, payload);
      if (draft === undefined) return undefined;
      const record = this.#firstDraft(draft, { intent, payload, title: described.title, createdBy: asker.name });
      await this.#parts.store.write(async (unit) => {
        await new RequestRepository(unit.db).insert(record);
        noteRequest(unit, asker, "requested", record);
      });
      return isFullySigned(record) ? this.#course.complete(asker, record) : record;
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
      const record = requireOpen((await this.#course.stands(found)) ? found : await this.#course.redraft(found));
      const verified = await verifySignatures(repository.state, record, file);
      const signed = await store.write(async (unit) => {
        const rows = new RequestRepository(unit.db);
        for (const { document, ...signature } of verified) await rows.addSignature(record.id, document, signature, unit.now);
        const labels = await KeyLabels.read(unit.db, record.intent);
        for (const keyId of new Set(verified.map((one) => one.keyId)))
          noteRequest(unit, asker, "signed", record, { keyId, label: labels.of(keyId) });
        return rows.require(record.id);
      });
      return toSigningRequest(isFullySigned(signed) ? await this.#course.complete(asker, signed) : signed);
    });
  }

  /** Gives a request up. @throws AppError NOT_FOUND, CONFLICT_STATE for one that has ended. */
  cancel(asker: Asker, id: string): Promise<SigningRequest> {
    return this.#turns.run(async () => toSigningRequest(await this.#course.end(asker, await this.#requireOpen(id))));
  }

  /** Gives the request of a release up, whether it was signed or not, and answers what it was. One that is unknown is no error. */
  abandon(asker: Asker, releaseId: string): Promise<RequestRecord | undefined> {
    return this.#turns.run(async () => {
      const record = await this.#rows().ofRelease("publish", releaseId);
      return record === undefined ? undefined : this.#course.end(asker, record);
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
      const record = (await this.#course.stands(found)) ? found : await this.#course.redraft(found);
      if (record.state === "cancelled" || !isFullySigned(record)) throw waits(record);
      await this.#course.commit(asker, record);
    });
  }

  #firstDraft(draft: RequestDraft, subject: Pick<RequestRecord, "intent" | "payload" | "title" | "createdBy">): RequestRecord {
    const now = this.#parts.clock.now();
    const id = signingRequestId.parse(this.#parts.ids.uuid());
    return { ...draft, ...subject, id, state: "open", draft: 1, draftedAt: now, createdAt: now, committedAt: undefined };
  }

  /** Every exchange has keys of its own, which nobody can have seen before it was asked for. */
  async #freshKeys(): Promise<void> {
    if ((await this.#rows().openOfKind("online-keys")) !== undefined)
      throw new AppError("CONFLICT_EXISTS", "A request to replace the control plane's own keys is open already; nothing was drafted.");
    await this.#course.forgetUnasked();
  }

  async #requireOpen(id: string): Promise<RequestRecord> {
    return requireOpen(await this.#rows().require(id));
  }

  #rows(): RequestRepository {
    return new RequestRepository(this.#parts.store.read);
  }
}

function requireOpen(record: RequestRecord): RequestRecord {
  if (record.state !== "open") throw new AppError("CONFLICT_STATE", `"${record.title}" is ${record.state} already; nothing was changed.`);
  return record;
}

function waits({ title, draft }: RequestRecord): AppError {
  const again = draft === 1 ? "waits for operators' signatures" : "has to be signed again, since another change was signed first";
  return new AppError("TRUST_SIGNATURES_MISSING", `"${title}" ${again}; hosts cannot see it yet.`);
}
