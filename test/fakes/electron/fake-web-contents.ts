import { EventEmitter } from "node:events";
import type { MessagePort } from "node:worker_threads";
import type { FakeMessagePortMain } from "./fake-ports.ts";

/** What the page was sent on a channel. */
export type SentToPage = { readonly channel: string; readonly message: unknown; readonly ports: readonly MessagePort[] };

/** What a window-open handler answers. */
type OpenHandler = (details: { readonly url: string }) => { readonly action: string };

/** The contents of a window, with the page played by the test. */
export class FakeWebContents extends EventEmitter {
  static #nextId = 1;
  readonly id = FakeWebContents.#nextId++;
  url = "";
  reloads = 0;
  readonly sent: SentToPage[] = [];
  /** Takes what is sent, once a page is there to hear it. */
  hear: ((sent: SentToPage) => void) | undefined;
  openHandler: OpenHandler | undefined;

  postMessage(channel: string, message: unknown, ports: readonly FakeMessagePortMain[] = []): void {
    // What crosses a process boundary is a copy.
    const sent = { channel, message: structuredClone(message), ports: ports.map((port) => port.transfer()) };
    this.sent.push(sent);
    this.hear?.(sent);
  }
  setWindowOpenHandler(handler: OpenHandler): void {
    this.openHandler = handler;
  }
  reload(): void {
    this.reloads += 1;
  }
  /** Plays a navigation event; true when it was prevented. */
  navigate(event: string, details: { readonly url: string; readonly isMainFrame: boolean }): boolean {
    let prevented = false;
    this.emit(event, { ...details, preventDefault: () => (prevented = true) });
    return prevented;
  }
}
