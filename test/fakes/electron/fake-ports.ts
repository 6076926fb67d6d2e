import { EventEmitter } from "node:events";
import { MessageChannel, type MessagePort } from "node:worker_threads";

/** A message as Electron's main process and utility processes get it. */
export type FakeMessageEvent = { readonly data: unknown; readonly ports: readonly FakeMessagePortMain[] };

/** Electron's MessagePortMain over a port of worker_threads: events instead of handlers, delivery from `start` on. */
export class FakeMessagePortMain extends EventEmitter {
  readonly #port: MessagePort;

  constructor(port: MessagePort) {
    super();
    this.#port = port;
    port.on("close", () => this.emit("close"));
  }
  start(): void {
    this.#port.on("message", (data: unknown) => this.emit("message", { data, ports: [] } satisfies FakeMessageEvent));
  }
  postMessage(message: unknown): void {
    this.#port.postMessage(message);
  }
  close(): void {
    this.#port.close();
  }
  /** Gives the port away, as a transfer does. */
  transfer(): MessagePort {
    this.#port.removeAllListeners();
    return this.#port;
  }
}

/** Electron's MessageChannelMain. */
export class FakeMessageChannelMain {
  readonly port1: FakeMessagePortMain;
  readonly port2: FakeMessagePortMain;

  constructor() {
    const { port1, port2 } = new MessageChannel();
    this.port1 = new FakeMessagePortMain(port1);
    this.port2 = new FakeMessagePortMain(port2);
  }
}
