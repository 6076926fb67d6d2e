/**
 * What the control plane's clock says, from the last link's welcome on, carried forward by the monotonic clock. It
 * decides nothing: it tells people that a refusal may come from a wrong clock.
 */
export class ServerClock {
  readonly #nowMs: () => number;
  #heard: { readonly serverNow: number; readonly atMs: number } | undefined;

  /** @param nowMs the monotonic clock. */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** The control plane said what time it is there, in epoch ms. */
  heard(serverNow: number): void {
    this.#heard = { serverNow, atMs: this.#nowMs() };
  }

  /** The control plane's time minus `now`, in ms; undefined before it was heard. */
  offsetMs(now: number): number | undefined {
    return this.#heard && this.#heard.serverNow + (this.#nowMs() - this.#heard.atMs) - now;
  }
}
