import type { HostId } from "#shared/lib/ids.ts";
import type { Clock } from "../ports/clock.ts";
import { nextTurn } from "./paced.ts";

/** Sessions that are read in one turn of the event loop; the others wait for the next one. */
const READ_AT_ONCE = 100;

type Waiting = { readonly host: HostId; readonly go: () => void };

/**
 * Says when what open links have sent is read, which is checking and parsing it and costs more than all else about it.
 * In a burst that is a few at a time, so that a person with a finger on pause is heard between them. And while somebody
 * waits for halts it is the halted hosts alone: they are heard as ever, so that a switch which had begun is on record
 * before the pause has answered. Nothing is lost, since nothing that waits has been acknowledged; a hold is as short as
 * the halts are.
 */
export class ReportGate {
  readonly #clock: Clock;
  readonly #holds = new Set<ReadonlySet<HostId>>();
  #waiting: Waiting[] = [];
  #readInTurn = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Holds everyone but `heard` until the work has settled. Several may hold at once. */
  async during<T>(heard: ReadonlySet<HostId>, work: Promise<T>): Promise<T> {
    this.#holds.add(heard);
    const { held = [], free = [] } = Object.groupBy(this.#waiting, ({ host }) => (this.#isHeldBack(host) ? "held" : "free"));
    this.#waiting = held;
    for (const { go } of free) go();
    try {
      return await work;
    } finally {
      this.#holds.delete(heard);
      if (this.#holds.size === 0) this.#turn();
    }
  }

  /** Resolves when it is this host's turn; undefined when that is now, as it is outside of bursts. */
  passage(host: HostId): Promise<void> | undefined {
    if (this.#holds.size > 0 ? !this.#isHeldBack(host) : this.#isOpen()) return undefined;
    return new Promise((go) => this.#waiting.push({ host, go }));
  }

  #isHeldBack(host: HostId): boolean {
    for (const heard of this.#holds) if (!heard.has(host)) return true;
    return false;
  }

  #isOpen(): boolean {
    if (this.#readInTurn === READ_AT_ONCE) return false;
    this.#readInTurn += 1;
    if (this.#readInTurn === 1) void nextTurn(this.#clock).then(() => this.#turn());
    return true;
  }

  #turn(): void {
    this.#readInTurn = 0;
    if (this.#holds.size > 0) return;
    for (const { go } of this.#waiting.splice(0, READ_AT_ONCE)) if (this.#isOpen()) go();
  }
}
