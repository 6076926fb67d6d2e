import { get } from "node:http";
import type { Probe } from "#shared/domain/release/run-spec.ts";

/** What one probe found. `said` is for people: a status or the reason why there is none. */
export type ProbeResult = { readonly good: boolean; readonly said: string };

/** Asks once. Good is the expected status within the time-out; redirects are not followed and the body is not read. */
export function probeOnce(probe: Probe): Promise<ProbeResult> {
  return new Promise((resolve) => {
    const request = get(probe.url, { agent: false, signal: AbortSignal.timeout(probe.timeoutMs) }, (response) => {
      const status = response.statusCode ?? 0;
      response.destroy();
      resolve({ good: status === probe.expectStatus, said: `status ${status}, expected ${probe.expectStatus}` });
    });
    request.once("error", (thrown) => {
      const timedOut = thrown.name === "AbortError" || thrown.name === "TimeoutError";
      resolve({ good: false, said: timedOut ? `no answer within ${probe.timeoutMs} ms` : thrown.message.slice(0, 200) });
    });
  });
}

/** Until the first good answer it asks at least this often: a start is over sooner than the regular interval. */
const EAGER_INTERVAL_MS = 250;

/** Asks again and again until stopped. One question at a time; the interval counts from answer to question. */
export class ProbeLoop {
  readonly #probe: Probe;
  readonly #onResult: (result: ProbeResult) => void;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;
  #wasGood = false;

  constructor(probe: Probe, onResult: (result: ProbeResult) => void) {
    this.#probe = probe;
    this.#onResult = onResult;
    this.#timer = setTimeout(() => void this.#ask(), 20);
  }

  /** No result is told after this. */
  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  async #ask(): Promise<void> {
    const result = await probeOnce(this.#probe);
    if (this.#stopped) return;
    this.#wasGood ||= result.good;
    this.#onResult(result);
    const intervalMs = this.#wasGood ? this.#probe.intervalMs : Math.min(EAGER_INTERVAL_MS, this.#probe.intervalMs);
    this.#timer = setTimeout(() => void this.#ask(), intervalMs);
  }
}
