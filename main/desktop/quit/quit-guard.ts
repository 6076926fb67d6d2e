import type { Standstill } from "../host/core-messages.ts";
import { quitQuestion, type QuitQuestion } from "./quit-question.ts";

/** What the guard needs of the application around it. */
export type QuitGuardOptions = {
  readonly askStandstill: () => Promise<Standstill | undefined>;
  /** Shows the question; true when the person chose to quit. */
  readonly ask: (question: QuitQuestion) => Promise<boolean>;
  /** Stops the control plane in order. */
  readonly stopCore: () => Promise<void>;
  /** Ends the application for good; `before-quit` comes again and is let through. */
  readonly quit: () => void;
};

/**
 * Stands between "quit" and the end of the process.
 *
 *     open ─ before-quit → asking ─ stay → open
 *                            └─ nothing stands still, or "quit" → stopping → done (lets every quit through)
 *
 * The system's own shutdown skips the question: it would only be killed while it asks.
 */
export class QuitGuard {
  readonly #options: QuitGuardOptions;
  #phase: "open" | "asking" | "stopping" | "done" = "open";
  #held: readonly string[] = [];

  constructor(options: QuitGuardOptions) {
    this.#options = options;
  }

  /** What the window would lose; see `holdQuit` of the shell contract. */
  hold(reasons: readonly string[]): void {
    this.#held = reasons;
  }

  /** Whether the application is on its way out, so that windows may close instead of hiding. */
  get isQuitting(): boolean {
    return this.#phase === "stopping" || this.#phase === "done";
  }

  /** To be asked by `before-quit`. False means: hold the quit back; the guard quits by itself when it may. */
  mayQuitNow(): boolean {
    if (this.#phase === "open") void this.#decide();
    return this.#phase === "done";
  }

  /** Stops and quits without a question: the system shuts down or the session ends. */
  async quitWithoutAsking(): Promise<void> {
    if (this.isQuitting) return;
    await this.#leave();
  }

  async #decide(): Promise<void> {
    this.#phase = "asking";
    const question = quitQuestion(await this.#options.askStandstill(), this.#held);
    const leave = question === undefined || (await this.#options.ask(question));
    if (this.isQuitting) return;
    if (leave) return this.#leave();
    this.#phase = "open";
  }

  async #leave(): Promise<void> {
    this.#phase = "stopping";
    await this.#options.stopCore();
    this.#phase = "done";
    this.#options.quit();
  }
}
