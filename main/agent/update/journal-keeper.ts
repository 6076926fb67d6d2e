import { backoffCeilingMs } from "#main/node/backoff.ts";
import type { AgentLogger } from "../logger.ts";
import { DurableDocument } from "../state/durable-document.ts";
import { emptyJournal, journal as journalSchema, type Journal, type PhaseNote } from "./journal.ts";

/** A write that failed (a full disk) is tried again with these waits, whether or not anything else is to be written. */
const RETRY = { baseMs: 250, capMs: 30_000 };

/**
 * Holds one application's journal: the value in memory, which decisions are made on, and its durable copy, which acts
 * wait for. A change is in memory at once, so that two decisions in one turn of the loop see each other.
 *
 * Phases travel as notes inside the journal until the outbox has them: entering a phase and owing its report are one
 * durable step. A kill between "in the outbox" and "note crossed out" reports a phase twice, never not at all.
 */
export class JournalKeeper {
  readonly #document: DurableDocument<Journal>;
  readonly #logger: AgentLogger;
  #journal: Journal;
  #report: ((note: PhaseNote) => Promise<void>) | undefined;
  #reporting: Promise<void> = Promise.resolve();
  #failuresInARow = 0;
  #retry: NodeJS.Timeout | undefined;

  private constructor(document: DurableDocument<Journal>, logger: AgentLogger, journal: Journal) {
    this.#document = document;
    this.#logger = logger;
    this.#journal = journal;
  }

  /**
   * Opens a journal that may be there; without `identity` only one that is.
   *
   * @throws AppError ENV_DATA_CORRUPT when both copies of an existing journal are damaged.
   */
  static async open(
    path: string,
    logger: AgentLogger,
    identity?: Pick<Journal, "applicationId" | "productId">,
  ): Promise<JournalKeeper | undefined> {
    const document = new DurableDocument(path, journalSchema);
    const { value, recovered } = await document.read();
    if (recovered !== undefined) logger.warn({ path: recovered }, "A damaged journal was recovered from its twin copy.");
    const journal = value ?? (identity && emptyJournal(identity));
    return journal && new JournalKeeper(document, logger, journal);
  }

  /** The journal as of now. */
  get current(): Journal {
    return this.#journal;
  }

  /**
   * Puts a changed journal in place. It is in force when this returns; what it resolves to is its durability, which every
   * act because of it waits for.
   */
  apply(next: Journal): Promise<void> {
    this.#journal = next;
    return this.#save();
  }

  /** From now on phases go to `report`, beginning with those that an earlier run of the agent owed. */
  reportTo(report: (note: PhaseNote) => Promise<void>): void {
    this.#report = report;
    void this.#reportNotes();
  }

  /** Waits until everything that was owed has been handed over or has failed; what failed is left to the next start. */
  async idle(): Promise<void> {
    clearTimeout(this.#retry);
    await this.#reporting;
  }

  #save(): Promise<void> {
    const saved = this.#document.write(this.#journal);
    saved.then(
      () => this.#reportNotes(),
      () => this.#tryAgainLater(),
    );
    return saved;
  }

  /** The value in memory is in force: it must become durable, and its phases must be told, even if nothing more happens here. */
  #tryAgainLater(): void {
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => void this.#save().catch(() => undefined), backoffCeilingMs(RETRY, this.#failuresInARow));
    this.#retry.unref();
    this.#failuresInARow += 1;
  }

  #reportNotes(): Promise<void> {
    this.#reporting = this.#reporting.then(async () => {
      const owed = this.#journal.unreported;
      const report = this.#report;
      if (owed.length === 0 || report === undefined) return;
      try {
        for (const note of owed) await report(note);
        this.#journal = { ...this.#journal, unreported: this.#journal.unreported.filter((note) => !owed.includes(note)) };
        await this.#document.write(this.#journal);
        this.#failuresInARow = 0;
      } catch (thrown) {
        this.#logger.error({ err: thrown }, "A phase could not be put into the outbox; it is tried again.");
        this.#tryAgainLater();
      }
    });
    return this.#reporting;
  }
}
