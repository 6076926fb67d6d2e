/** When the control plane was heard last, and whether there is a link to it. */
export class ControlPlaneContact {
  readonly #nowMs: () => number;
  #isOpen = false;
  #lastHeardMs: number | undefined;

  /** @param nowMs the monotonic clock. */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Ms of the monotonic clock; undefined before the first word. */
  get lastHeardMs(): number | undefined {
    return this.#lastHeardMs;
  }

  /** The link opened: the control plane was heard. */
  opened(): void {
    this.#isOpen = true;
    this.heard();
  }

  /** A frame came. */
  heard(): void {
    this.#lastHeardMs = this.#nowMs();
  }

  /** The link closed. */
  closed(): void {
    this.#isOpen = false;
  }
}
