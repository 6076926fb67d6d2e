import type { Probe } from "#shared/domain/release/probe.ts";
import { execProbe } from "./exec-probe.ts";
import { httpProbe } from "./http-probe.ts";
import type { Surroundings } from "./launch-spec.ts";
import type { ProbeResult } from "./probe-result.ts";
import { tcpProbe } from "./tcp-probe.ts";

async function probeOnce(probe: Probe, findSurroundings: () => Promise<Surroundings | undefined>): Promise<ProbeResult> {
  switch (probe.kind) {
    case "http":
      return httpProbe(probe);
    case "tcp":
      return tcpProbe(probe);
    case "exec": {
      const surroundings = await findSurroundings();
      return surroundings === undefined ? { good: false, said: "it could not be run" } : execProbe(probe, surroundings);
    }
  }
}

/** Until the first good answer it asks at least this often: a start is over sooner than the regular interval. */
const EAGER_INTERVAL_MS = 250;

/** Asks again and again until stopped. One question at a time; the interval counts from answer to question. */
export class ProbeLoop {
  readonly #probe: Probe;
  readonly #surroundings: () => Promise<Surroundings | undefined>;
  readonly #onResult: (result: ProbeResult) => void;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;
  #wasGood = false;

  /** @param surroundings what an exec probe runs in. */
  constructor(probe: Probe, surroundings: () => Promise<Surroundings | undefined>, onResult: (result: ProbeResult) => void) {
    this.#probe = probe;
    this.#surroundings = surroundings;
    this.#onResult = onResult;
    this.#timer = setTimeout(() => void this.#ask(), 20);
  }

  /** No result is told after this. */
  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  async #ask(): Promise<void> {
    const result = await probeOnce(this.#probe, this.#surroundings);
    if (this.#stopped) return;
    this.#wasGood ||= result.good;
    this.#onResult(result);
    const intervalMs = this.#wasGood ? this.#probe.intervalMs : Math.min(EAGER_INTERVAL_MS, this.#probe.intervalMs);
    this.#timer = setTimeout(() => void this.#ask(), intervalMs);
  }
}
