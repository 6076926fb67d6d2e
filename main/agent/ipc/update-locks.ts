import type { AgentLogger } from "../logger.ts";
import { DurableDocument } from "../state/durable-document.ts";
import type { ReleaseIdentity } from "../update/release-identity.ts";
import {
  addLock,
  holdingLock,
  liveLocks,
  NO_LOCKS,
  noteHeld,
  removeLock,
  updateLocks,
  type UpdateLock,
  type UpdateLockState,
} from "./update-lock.ts";

/** Holds one application's update locks: in memory for decisions, on disk so that a killed agent keeps a promise. */
export class UpdateLocks {
  readonly #document: DurableDocument<UpdateLockState>;
  readonly #logger: AgentLogger;
  readonly #now: () => number;
  #state: UpdateLockState;

  private constructor(document: DurableDocument<UpdateLockState>, logger: AgentLogger, now: () => number, state: UpdateLockState) {
    this.#document = document;
    this.#logger = logger;
    this.#now = now;
    this.#state = state;
  }

  /** Opens them. Damage lifts every lock, and is told. */
  static async open(path: string, logger: AgentLogger, now: () => number): Promise<UpdateLocks> {
    const document = new DurableDocument(path, updateLocks);
    const read = await document.read().catch((thrown: unknown) => {
      logger.warn({ err: thrown }, "The application's update locks are damaged; none holds any more.");
      return { value: undefined };
    });
    return new UpdateLocks(document, logger, now, read.value ?? NO_LOCKS);
  }

  /** Those that hold now. */
  live(): readonly UpdateLock[] {
    return liveLocks(this.#state, this.#now());
  }

  /** Takes a lock; in force and durable when it resolves. */
  async take(lock: { readonly lockId: string; readonly reason: string; readonly forMs: number }): Promise<void> {
    this.#state = addLock(this.#state, lock, this.#now());
    await this.#document.write(this.#state);
  }

  /** Gives a lock back. */
  async release(lockId: string): Promise<void> {
    this.#state = removeLock(this.#state, lockId);
    await this.#document.write(this.#state);
  }

  /** The lock that keeps a staged release from being switched to now, if one does. Whoever asks is about to switch. */
  holding(staged: ReleaseIdentity): UpdateLock | undefined {
    const now = this.#now();
    const lock = holdingLock(this.#state, staged, now);
    if (lock === undefined) return undefined;
    const next = noteHeld(this.#state, staged, now);
    if (next !== this.#state) {
      this.#state = next;
      this.#document.write(next).catch((thrown: unknown) => {
        this.#logger.warn({ err: thrown }, "It could not be written down since when an update is held back; a restart counts anew.");
      });
    }
    return lock;
  }
}
