import { EventEmitter, once } from "node:events";
import { z } from "zod";
import type { RunningRelease } from "#shared/domain/host/reported.ts";
import type { GrantId } from "#shared/lib/ids.ts";
import type { AgentLogger } from "../logger.ts";
import { DurableDocument } from "../state/durable-document.ts";
import type { Journal, PhaseNote, TargetRelease } from "../update/journal.ts";
import { addAttempt, attempt, dropForgotten, isOpen, newAttempt, notePhase, openOrder, type Attempt } from "./attempt.ts";

const stored = z.object({ schema: z.literal(1), attempts: z.array(attempt).max(256) });

/**
 * What this host tried with one application and how it ended, newest last. It follows the journal's notes, which are
 * crossed out only after this has them, so that no outcome is lost to a kill.
 */
export class AttemptLog {
  readonly #document: DurableDocument<z.infer<typeof stored>>;
  readonly #now: () => number;
  readonly #changes = new EventEmitter().setMaxListeners(0);
  #attempts: readonly Attempt[];

  private constructor(document: DurableDocument<z.infer<typeof stored>>, now: () => number, attempts: readonly Attempt[]) {
    this.#document = document;
    this.#now = now;
    this.#attempts = attempts;
  }

  /** Opens it. Damage costs the history, which nothing is decided by, and is told. */
  static async open(path: string, logger: AgentLogger, now: () => number): Promise<AttemptLog> {
    const document = new DurableDocument(path, stored);
    const read = await document.read().catch((thrown: unknown) => {
      logger.warn({ err: thrown }, "The history of attempts is damaged; it begins anew.");
      return { value: undefined };
    });
    return new AttemptLog(document, now, read.value?.attempts ?? []);
  }

  /** All of them, newest first. */
  newestFirst(): readonly Attempt[] {
    return this.#attempts.toReversed();
  }

  /** By its id, or by that of a later grant of it. */
  find(id: string): Attempt | undefined {
    return this.#attempts.find((one) => one.grantIds.some((grant) => grant === id));
  }

  /** What the application ordered and is not over. */
  get order(): Attempt | undefined {
    return openOrder(this.#attempts);
  }

  /** Remembers an order before it is given; durable when it resolves. */
  async begin(id: GrantId, kind: Attempt["kind"], order: TargetRelease, from: RunningRelease | undefined): Promise<Attempt> {
    const next = { ...newAttempt(id, "application", order, from, this.#now()), kind, order };
    await this.#put(addAttempt(this.#attempts, next));
    return next;
  }

  /** The attempt of a grant that is about to begin, which nothing has been noted of yet. */
  async expect(id: GrantId, release: RunningRelease, from: RunningRelease | undefined): Promise<Attempt> {
    const known = this.find(id);
    if (known !== undefined) return known;
    const next = newAttempt(id, "authority", release, from, this.#now());
    await this.#put(addAttempt(this.#attempts, next));
    return next;
  }

  /** Follows a phase; durable when it resolves. */
  async note(note: PhaseNote, from: RunningRelease | undefined): Promise<void> {
    await this.#put(notePhase(this.#attempts, note, from));
  }

  /** Ends what the journal does not speak of any more. */
  async reconcile(journal: Journal, wanted: GrantId | undefined): Promise<void> {
    await this.#put(dropForgotten(this.#attempts, journal, wanted, this.#now()));
  }

  /** Waits until the attempt is over or the signal ends the wait; the attempt as it is then. */
  async settled(id: string, signal: AbortSignal): Promise<Attempt | undefined> {
    for (;;) {
      const found = this.find(id);
      if (found === undefined || !isOpen(found) || signal.aborted) return found;
      await once(this.#changes, "change", { signal }).catch(() => undefined);
    }
  }

  async #put(next: readonly Attempt[]): Promise<void> {
    if (next === this.#attempts) return;
    this.#attempts = next;
    await this.#document.write({ schema: 1, attempts: [...next] });
    this.#changes.emit("change");
  }
}
