/** What a handoff needs: a way to make two joined ports, and the two parties that get one each. */
export type PortHandoffOptions<Port> = {
  readonly makeChannel: () => { readonly core: Port; readonly window: Port };
  /** False when no control plane runs now. */
  readonly connectCore: (port: Port) => boolean;
  readonly sendToWindow: (port: Port) => void;
  readonly close: (port: Port) => void;
};

/**
 * Joins the window to the control plane: makes a channel, gives each of them one end, and is out of the path
 * afterwards. A wish that comes while no control plane runs is kept, once, and granted when it does.
 */
export class PortHandoff<Port> {
  readonly #options: PortHandoffOptions<Port>;
  #wanted = false;

  constructor(options: PortHandoffOptions<Port>) {
    this.#options = options;
  }

  /** The window asks for a port. An older port of the same window dies with the page or process that held it. */
  want(): void {
    const channel = this.#options.makeChannel();
    this.#wanted = !this.#options.connectCore(channel.core);
    if (!this.#wanted) return this.#options.sendToWindow(channel.window);
    this.#options.close(channel.core);
    this.#options.close(channel.window);
  }

  /** To be called whenever the control plane becomes ready. */
  coreIsReady(): void {
    if (this.#wanted) this.want();
  }

  /** The window is gone or loads again: whatever it wanted, it will ask again. */
  forget(): void {
    this.#wanted = false;
  }
}
