import { AppError } from "#shared/errors/app-error.ts";

/** Failures that one address may have in the window before it has to wait. */
export type FailureBudget = { readonly failures: number; readonly windowMs: number };

type Record = { count: number; windowEndsAtMs: number };

/** Addresses remembered; beyond it the oldest is forgotten. */
const REMEMBERED = 10_000;

/**
 * Slows down who guesses secrets: counts failures per address, so that a rack of honest hosts behind one address is
 * never slowed down.
 */
export class FailureLimit {
  readonly #budget: FailureBudget;
  readonly #nowMs: () => number;
  readonly #records = new Map<string, Record>();

  /** @param nowMs a clock that never goes back. */
  constructor(budget: FailureBudget, nowMs: () => number) {
    this.#budget = budget;
    this.#nowMs = nowMs;
  }

  /** Does the work and counts its failure. @throws AppError RATE_LIMITED before it when the address has spent its budget. */
  async guard<T>(remote: string, work: () => Promise<T>): Promise<T> {
    this.#require(remote);
    try {
      return await work();
    } catch (thrown) {
      this.#count(remote);
      throw thrown;
    }
  }

  #require(remote: string): void {
    const known = this.#records.get(remote);
    const leftMs = known === undefined ? 0 : known.windowEndsAtMs - this.#nowMs();
    if (known === undefined || leftMs <= 0 || known.count < this.#budget.failures) return;
    const seconds = Math.ceil(leftMs / 1000);
    throw new AppError("RATE_LIMITED", `Too many refused attempts from this address; nothing was done. Try again in ${seconds} s.`, {
      details: { retryAfterMs: seconds * 1000 },
    });
  }

  #count(remote: string): void {
    const nowMs = this.#nowMs();
    const known = this.#records.get(remote);
    if (known !== undefined && known.windowEndsAtMs > nowMs) {
      known.count += 1;
      return;
    }
    this.#records.delete(remote);
    this.#records.set(remote, { count: 1, windowEndsAtMs: nowMs + this.#budget.windowMs });
    const [oldest] = this.#records.keys();
    if (this.#records.size > REMEMBERED && oldest !== undefined) this.#records.delete(oldest);
  }
}
