import { appendFile, mkdir, rename, stat } from "node:fs/promises";
import { dirname } from "node:path";

/** How much of a log is kept: the present file up to this size, and the one before it. */
const DEFAULT_CAP_BYTES = 5_000_000;

/** Lines that wait for a slow disk; more are counted and dropped, so that a log never takes the memory of the program. */
const MAX_WAITING = 10_000;

/**
 * A log file that never grows past its cap: at the cap it becomes `<file>.1`, replacing the one before, and a new one
 * begins. `write` never fails and never waits; a log that cannot be written costs lines, not the program.
 */
export class CappedLog {
  readonly #file: string;
  readonly #capBytes: number;
  #waiting: string[] = [];
  #dropped = 0;
  #sizeBytes: number | undefined;
  #draining: Promise<void> | undefined;

  constructor(file: string, capBytes: number = DEFAULT_CAP_BYTES) {
    this.#file = file;
    this.#capBytes = capBytes;
  }

  /** Appends one line; a line break is added when it has none. */
  write(line: string): void {
    if (this.#waiting.length >= MAX_WAITING) {
      this.#dropped += 1;
      return;
    }
    this.#waiting.push(line.endsWith("\n") ? line : `${line}\n`);
    this.#draining ??= this.#drain();
  }

  /** Resolves when everything written so far is on its way to the disk. */
  async flush(): Promise<void> {
    while (this.#draining !== undefined) await this.#draining;
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) {
      const lines = this.#waiting.splice(0);
      if (this.#dropped > 0) lines.push(`${JSON.stringify({ msg: "log lines were dropped", count: this.#dropped })}\n`);
      this.#dropped = 0;
      await this.#append(lines.join("")).catch(() => undefined);
    }
    this.#draining = undefined;
  }

  async #append(text: string): Promise<void> {
    this.#sizeBytes ??= await this.#open();
    if (this.#sizeBytes > 0 && this.#sizeBytes + text.length > this.#capBytes) {
      await rename(this.#file, `${this.#file}.1`);
      this.#sizeBytes = 0;
    }
    await appendFile(this.#file, text, { mode: 0o600 });
    this.#sizeBytes += Buffer.byteLength(text);
  }

  /** Makes the folder and tells how large the file is already. */
  async #open(): Promise<number> {
    await mkdir(dirname(this.#file), { recursive: true });
    return await stat(this.#file).then(
      (facts) => facts.size,
      () => 0,
    );
  }
}
