import { AppError } from "#shared/errors/app-error.ts";
import type { Cancel, Clock } from "../../control-plane/ports/clock.ts";

/** Ends a request on which nothing has moved for a while, however long it takes as a whole. */
export class IdleWatch {
  readonly #clock: Clock;
  readonly #idleMs: number;
  readonly #controller = new AbortController();
  #cancel: Cancel;
  #touchedAt: number;
  #isHeld = false;

  constructor(clock: Clock, idleMs: number) {
    this.#clock = clock;
    this.#idleMs = idleMs;
    this.#touchedAt = clock.monotonicMs();
    this.#cancel = clock.after(idleMs, () => this.#look());
  }

  /** Aborted with REMOTE_TIMEOUT as its reason. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Something moved. */
  touch(): void {
    this.#touchedAt = this.#clock.monotonicMs();
  }

  /** Whoever takes the bytes is busy with them, which is not GitHub's doing. */
  hold(isHeld: boolean): void {
    this.#isHeld = isHeld;
    this.touch();
  }

  stop(): void {
    this.#cancel();
  }

  #look(): void {
    if (this.#isHeld) this.touch();
    const left = this.#touchedAt + this.#idleMs - this.#clock.monotonicMs();
    if (left > 0) this.#cancel = this.#clock.after(left, () => this.#look());
    else
      this.#controller.abort(
        new AppError("REMOTE_TIMEOUT", `GitHub sent and took nothing for ${this.#idleMs / 1000} s; the request was given up.`),
      );
  }
}
