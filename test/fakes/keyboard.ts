import { EventEmitter } from "node:events";
import { PassThrough } from "node:stream";
import type { TerminalInput } from "#main/cli/terminal.ts";

/** A terminal at which somebody types these lines, one for each question. */
export class Keyboard extends PassThrough implements TerminalInput {
  readonly isTTY = true;
  /** Whether the terminal would have shown what was typed, at each line. */
  readonly wasHidden: boolean[] = [];
  readonly #lines: string[];
  #isRaw = false;

  constructor(...lines: readonly string[]) {
    super();
    this.#lines = [...lines];
    // Whoever begins to listen has asked.
    EventEmitter.prototype.on.call(this, "newListener", (event: string | symbol) => {
      if (event === "data") setImmediate(() => this.#type());
    });
  }

  setRawMode(isRaw: boolean): this {
    this.#isRaw = isRaw;
    return this;
  }

  #type(): void {
    const next = this.#lines.shift();
    if (next === undefined) return;
    this.wasHidden.push(this.#isRaw);
    this.write(`${next}\n`);
  }
}
