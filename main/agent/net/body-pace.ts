import type { IncomingMessage } from "node:http";
import { AppError } from "#shared/errors/app-error.ts";

/**
 * How slow an answer may be. In every window of `windowMs` at least `minBytesPerSecond` must come on average, and the
 * whole within `deadlineMs`. Without it whoever answers one byte a second holds a host back for as long as it likes
 * (TUF specification, section 1.5.2: "slow retrieval").
 */
export type BodyPace = { readonly windowMs: number; readonly minBytesPerSecond: number; readonly deadlineMs: number };

/** Documents that are read into memory: at most 5 MB, which two minutes bring over any line worth having. */
export const DOCUMENT_PACE: BodyPace = { windowMs: 10_000, minBytesPerSecond: 512, deadlineMs: 120_000 };

/**
 * Artifacts: what has arrived is kept, so that a day for one answer loses nothing. A fleet whose hosts share a capped line
 * gets its turns in pieces of 64 KiB; one a minute is slow, but no attack.
 */
export const ARTIFACT_PACE: BodyPace = { windowMs: 60_000, minBytesPerSecond: 64, deadlineMs: 86_400_000 };

/** Pieces that any answer may come in, and from then on the least that they must bring on average. */
const FREE_PIECES = 2000;
const MIN_PIECE_BYTES = 64;

/**
 * Counts the bytes of one body and destroys it when they come too slowly. Ends it as well when they come in crumbs, each of
 * which costs a receiver many times its size.
 */
export class PaceWatch {
  readonly #body: IncomingMessage;
  readonly #pace: BodyPace;
  readonly #window: NodeJS.Timeout;
  readonly #deadline: NodeJS.Timeout;
  #inWindow = 0;
  #all = 0;
  #pieces = 0;

  constructor(body: IncomingMessage, pace: BodyPace) {
    this.#body = body;
    this.#pace = pace;
    this.#window = setInterval(() => this.#judge(), pace.windowMs);
    this.#deadline = setTimeout(() => this.#end(`was not whole after ${seconds(pace.deadlineMs)}`), pace.deadlineMs);
  }

  /**
   * So many bytes have come in one piece.
   *
   * @throws AppError INPUT_TOO_LARGE when the pieces are too many for what they bring.
   */
  took(bytes: number): void {
    this.#inWindow += bytes;
    this.#all += bytes;
    this.#pieces += 1;
    if (this.#pieces > FREE_PIECES + this.#all / MIN_PIECE_BYTES)
      throw new AppError("INPUT_TOO_LARGE", `The answer came in ${this.#pieces} pieces for ${this.#all} bytes; it was not read further.`);
  }

  /** The body has ended, one way or the other. */
  stop(): void {
    clearInterval(this.#window);
    clearTimeout(this.#deadline);
  }

  #judge(): void {
    const wanted = (this.#pace.minBytesPerSecond * this.#pace.windowMs) / 1000;
    if (this.#inWindow < wanted) this.#end(`brought ${this.#inWindow} bytes in ${seconds(this.#pace.windowMs)}`);
    this.#inWindow = 0;
  }

  #end(what: string): void {
    this.stop();
    this.#body.destroy(
      new AppError("REMOTE_TOO_SLOW", `The answer ${what}, which holds this host back as if there were none; it was not read further.`, {
        details: { receivedBytes: this.#all },
      }),
    );
  }
}

const seconds = (ms: number): string => `${Math.round(ms / 100) / 10} s`;
