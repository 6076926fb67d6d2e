import type { LogLimits } from "#shared/domain/release/log-limits.ts";
import { rotateOutputLog } from "./output-log.ts";

/** The first wait after a log was found as it was before; each further one doubles it. */
const QUIET_MS = 15_000;
/** So late the first line of a silent application is noticed at the most. */
const QUIETEST_MS = 60_000;

/**
 * Keeps the output log of one application within its size, and looks at it the less often the longer nothing was
 * written: looking wakes the host. Limits that change count at once.
 */
export class LogWatch {
  readonly #path: string;
  #seen = { sizeBytes: Number.NaN, limits: "" };
  #waitMs = 0;
  #dueMs = Number.NEGATIVE_INFINITY;

  constructor(path: string) {
    this.#path = path;
  }

  /** Looks, if it is time. @param nowMs of a clock that nobody sets. */
  async look(limits: LogLimits, nowMs: number): Promise<void> {
    const told = JSON.stringify(limits);
    if (nowMs < this.#dueMs && told === this.#seen.limits) return;
    const sizeBytes = await rotateOutputLog(this.#path, limits);
    const isQuiet = sizeBytes === this.#seen.sizeBytes;
    this.#waitMs = isQuiet ? Math.min(QUIETEST_MS, Math.max(QUIET_MS, this.#waitMs * 2)) : 0;
    this.#dueMs = nowMs + this.#waitMs;
    this.#seen = { sizeBytes, limits: told };
  }
}
