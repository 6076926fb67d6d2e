import type { JudgementClock } from "#shared/domain/rollout/member-outcome.ts";
import type { Cancel, Clock } from "../ports/clock.ts";

/** How often the engine proves to itself that it runs. */
const BEAT_MS = 5_000;

/** A gap between two beats beyond this was a sleep (or a clock that was set): nothing in it was watched. */
const SLEPT_AFTER_MS = 3 * BEAT_MS;

/**
 * Knows since when the control plane has run without a stop or a sleep: bake time and silence count from
 * there. A laptop that wakes is like a process that starts.
 */
export class EngineClock {
  readonly #clock: Clock;
  readonly #freshMs: () => number;
  #runningSince: number;
  #lastBeatAt: number;
  #cancel: Cancel = () => undefined;

  /** @param freshMs How long a host may say nothing and still counts as reporting, in milliseconds. */
  constructor(clock: Clock, freshMs: () => number) {
    this.#clock = clock;
    this.#freshMs = freshMs;
    this.#runningSince = clock.now();
    this.#lastBeatAt = clock.now();
  }

  /** Begins to watch; what went before does not count. */
  start(): void {
    this.#runningSince = this.#clock.now();
    this.#lastBeatAt = this.#clock.now();
    this.#schedule();
  }

  stop(): void {
    this.#cancel();
  }

  /** The clock of a judgement at `now`. */
  at(now: number): JudgementClock {
    this.#beat(now);
    return { now, runningSince: this.#runningSince, freshMs: this.#freshMs() };
  }

  #schedule(): void {
    this.#cancel = this.#clock.after(BEAT_MS, () => {
      this.#beat(this.#clock.now());
      this.#schedule();
    });
  }

  #beat(now: number): void {
    const gap = now - this.#lastBeatAt;
    if (gap > SLEPT_AFTER_MS || gap < -SLEPT_AFTER_MS) this.#runningSince = now;
    this.#lastBeatAt = now;
  }
}
