import { EventEmitter } from "node:events";
import type { MessagePort } from "node:worker_threads";
import type { FakeWebContents } from "./fake-web-contents.ts";

/** The frame that an IPC message seems to come from. */
export type FakeFrame = { readonly url: string; readonly origin: string; readonly parent: FakeFrame | null };

type Handler = (event: unknown, payload: unknown) => unknown;

/** Electron's `ipcMain`, as far as calls with answers go. */
export class FakeIpcMain {
  readonly handlers = new Map<string, Handler>();

  handle(channel: string, handler: Handler): void {
    if (this.handlers.has(channel)) throw new TypeError(`a second handler for ${channel}`);
    this.handlers.set(channel, handler);
  }
  /** Plays a call from a frame. Rejects, as Electron does, when nobody handles the channel. */
  async call(channel: string, sender: FakeWebContents, senderFrame: FakeFrame | null, payload: unknown): Promise<unknown> {
    const handler = this.handlers.get(channel);
    if (handler === undefined) throw new TypeError(`No handler registered for '${channel}'`);
    // Both directions are copies, as across processes.
    return structuredClone(await handler({ sender, senderFrame }, structuredClone(payload)));
  }
}

/** Electron's `ipcRenderer` in a preload: calls go to {@link FakeIpcRenderer.invoked}, which the test joins to a main process. */
export class FakeIpcRenderer extends EventEmitter {
  invoked: (channel: string, payload: unknown) => Promise<unknown> = () => Promise.reject(new TypeError("no main process"));

  invoke(channel: string, payload: unknown): Promise<unknown> {
    return this.invoked(channel, payload);
  }
  /** Plays a message of the main process. */
  receive(channel: string, message: unknown, ports: readonly MessagePort[]): void {
    this.emit(channel, { ports, sender: this }, message);
  }
}
