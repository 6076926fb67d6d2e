import { watch, type FSWatcher } from "node:fs";
import type { LogLimits } from "#shared/domain/release/log-limits.ts";
import { rotateOutputLog } from "./output-log.ts";

/**
 * Keeps the output log of one application within its size. While nothing is written it is not looked at, since looking
 * wakes the host: the system tells of the next line. Limits that change count at once.
 *
 *     looked at each time ─as it was before─▶ watched ─a line, other limits─▶ looked at each time
 */
export class LogWatch {
  readonly #path: string;
  #seen = { sizeBytes: Number.NaN, limits: "" };
  #quiet: FSWatcher | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  /** Looks, unless nothing was written since the last time. */
  async look(limits: LogLimits): Promise<void> {
    const told = JSON.stringify(limits);
    if (this.#quiet !== undefined && told === this.#seen.limits) return;
    // Before the look: what is written after it is then told of.
    this.#watch();
    const sizeBytes = await rotateOutputLog(this.#path, limits);
    if (sizeBytes !== this.#seen.sizeBytes) this.close();
    this.#seen = { sizeBytes, limits: told };
  }

  /** Watches no more. */
  close(): void {
    this.#quiet?.close();
    this.#quiet = undefined;
  }

  /** A file that is not there yet, or a system that watches no more files, is looked at each time. */
  #watch(): void {
    this.close();
    try {
      this.#quiet = watch(this.#path, { persistent: false }, () => this.close()).on("error", () => this.close());
    } catch {
      this.#quiet = undefined;
    }
  }
}
