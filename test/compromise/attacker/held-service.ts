import type { SystemHost } from "#test/builders/system-world.ts";

/** Longer than any machine under load lets a healthy service wait. */
const PATIENCE_MS = 30_000;

/** A service that is asked again and again who it is, to show that it was the same one all the time. */
export class HeldService {
  readonly #host: SystemHost;
  readonly #answers = new Set<string>();
  #isOver = false;
  #asking: Promise<void> | undefined;

  constructor(host: SystemHost) {
    this.#host = host;
  }

  /** Begins to ask; what was answered before is forgotten. */
  watch(): void {
    this.#answers.clear();
    this.#asking ??= this.#ask();
  }

  /** Every answer since the watch began, as `version pid`; a service that is not there answers why. */
  get answers(): readonly string[] {
    return [...this.#answers];
  }

  /** Who answers now. */
  async who(): Promise<string> {
    const url = `http://127.0.0.1:${this.#host.port}/process`;
    return fetch(url, { signal: AbortSignal.timeout(PATIENCE_MS) }).then(
      (answer) => answer.text(),
      (failure: unknown) => `nobody: ${String(failure)}`,
    );
  }

  /** Asks no more. */
  async end(): Promise<void> {
    this.#isOver = true;
    await this.#asking;
  }

  async #ask(): Promise<void> {
    while (!this.#isOver) {
      this.#answers.add(await this.who());
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
