import type { HostId } from "#shared/lib/ids.ts";
import type { Clock } from "../ports/clock.ts";
import { paced } from "./paced.ts";

/** Held sessions that go on in one turn of the event loop. */
const WOKEN_AT_ONCE = 100;

/**
 * Holds back what other hosts say while somebody waits for halts: reading ten thousand reports costs more than all the
 * acknowledgements together, and a person with a finger on pause comes first. The hosts that are halted are heard as
 * ever, so that a switch which had begun is on record before the pause has answered. Nothing is lost, since nothing that
 * is held has been acknowledged; a hold is as short as the halts are.
 */
export class ReportGate {
  readonly #clock: Clock;
  readonly #holds = new Set<ReadonlySet<HostId>>();
  #held: (() => void)[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Holds everyone but `heard` until the work has settled. Several may hold at once. */
  async during<T>(heard: ReadonlySet<HostId>, work: Promise<T>): Promise<T> {
    this.#holds.add(heard);
    try {
      return await work;
    } finally {
      this.#holds.delete(heard);
      if (this.#holds.size === 0) void this.#wake();
    }
  }

  /** Resolves when nobody holds this host back; undefined when nobody does now, which costs no turn. */
  passage(host: HostId): Promise<void> | undefined {
    for (const heard of this.#holds) if (!heard.has(host)) return new Promise((resolve) => this.#held.push(resolve));
    return undefined;
  }

  async #wake(): Promise<void> {
    const woken = this.#held;
    this.#held = [];
    await paced(this.#clock, woken, (go) => go(), WOKEN_AT_ONCE);
  }
}
