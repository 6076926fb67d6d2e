import { EventEmitter } from "node:events";
import { parentPort, workerData, type MessagePort } from "node:worker_threads";
import { pathToFileURL } from "node:url";
import { z } from "zod";
import { FakeMessagePortMain } from "./fake-ports.ts";

const given = z.object({ file: z.string(), args: z.array(z.string()) }).parse(workerData);

/** `process.parentPort` of a utility process: messages wait until somebody listens. */
class FakeParentPort extends EventEmitter {
  readonly #waiting: unknown[] = [];

  receive(message: { readonly data: unknown; readonly ports: readonly MessagePort[] }): void {
    const event = { data: message.data, ports: message.ports.map((port) => new FakeMessagePortMain(port)) };
    if (!this.emit("message", event)) this.#waiting.push(event);
  }
  override on(name: string, listener: (event: unknown) => void): this {
    super.on(name, listener);
    for (const event of this.#waiting.splice(0)) this.emit("message", event);
    return this;
  }
  postMessage(message: unknown): void {
    parentPort?.postMessage(message);
  }
}

const port = new FakeParentPort();
Object.defineProperty(process, "parentPort", { value: port });
process.argv.splice(1, Infinity, given.file, ...given.args);
parentPort?.on("message", (message: { data: unknown; ports: readonly MessagePort[] }) => port.receive(message));
await import(pathToFileURL(given.file).href);
