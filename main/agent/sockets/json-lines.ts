import type { Socket } from "node:net";
import type * as z from "zod/mini";

/**
 * Documents over a stream, one a line. What is no such document, or longer than it may be, ends the connection: the other
 * end is a program of ours, so that nothing after it would make sense.
 */
export class JsonLines<T> {
  readonly #socket: Socket;
  readonly #schema: z.ZodMiniType<T>;
  readonly #onDocument: (document: T) => void;
  readonly #maxBytes: number;
  #rest: Buffer[] = [];
  #restBytes = 0;

  constructor(socket: Socket, schema: z.ZodMiniType<T>, maxBytes: number, onDocument: (document: T) => void) {
    this.#socket = socket;
    this.#schema = schema;
    this.#maxBytes = maxBytes;
    this.#onDocument = onDocument;
    socket.on("data", (chunk: Buffer) => this.#take(chunk));
    // What follows an error is `close`, which everyone here waits for.
    socket.on("error", () => undefined);
  }

  /** Sends a document; nothing once the connection has ended. */
  send(document: object): void {
    if (this.#socket.writable) this.#socket.write(`${JSON.stringify(document)}\n`);
  }

  #take(chunk: Buffer): void {
    let begin = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, begin)) {
      const line = Buffer.concat([...this.#rest, chunk.subarray(begin, end)]).toString("utf8");
      [this.#rest, this.#restBytes, begin] = [[], 0, end + 1];
      if (!this.#read(line)) return;
    }
    this.#restBytes += chunk.length - begin;
    this.#rest.push(chunk.subarray(begin));
    if (this.#restBytes > this.#maxBytes) this.#socket.destroy();
  }

  #read(line: string): boolean {
    let document: unknown;
    try {
      document = JSON.parse(line);
    } catch {
      document = undefined;
    }
    const read = this.#schema.safeParse(document);
    if (!read.success) this.#socket.destroy();
    else this.#onDocument(read.data);
    return read.success && !this.#socket.destroyed;
  }
}
