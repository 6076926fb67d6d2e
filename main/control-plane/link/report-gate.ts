import type { Clock } from "../ports/clock.ts";
import { paced } from "./paced.ts";

/** Held sessions that go on in one turn of the event loop. */
const WOKEN_AT_ONCE = 100;

/**
 * Holds back what hosts say while somebody waits for halts: reading ten thousand reports costs more than all the
 * acknowledgements together, and a person with a finger on pause comes first. Nothing is lost, since nothing that is
 * held has been acknowledged; a hold is as short as the halts are.
 */
export class ReportGate {
  readonly #clock: Clock;
  #holds = 0;
  #held: (() => void)[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Holds until the work has settled. Several may hold at once. */
  async during<T>(work: Promise<T>): Promise<T> {
    this.#holds += 1;
    try {
      return await work;
    } finally {
      this.#holds -= 1;
      if (this.#holds === 0) void this.#wake();
    }
  }

  /** Resolves when nobody holds; undefined when nobody does now, which costs no turn. */
  passage(): Promise<void> | undefined {
    return this.#holds === 0 ? undefined : new Promise((resolve) => this.#held.push(resolve));
  }

  async #wake(): Promise<void> {
    const woken = this.#held;
    this.#held = [];
    await paced(this.#clock, woken, (go) => go(), WOKEN_AT_ONCE);
  }
}
