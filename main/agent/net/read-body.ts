import type { IncomingMessage } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { AppError, fromWire } from "#shared/errors/app-error.ts";
import type { ErrorCode } from "#shared/errors/codes.ts";
import { retryAfterMs } from "#main/node/retry-after.ts";
import { DOCUMENT_PACE, PaceWatch, type BodyPace } from "./body-pace.ts";
import type { HttpAnswer } from "./http-client.ts";
import { takePieces } from "./take-pieces.ts";

/**
 * Bytes of a body in one piece of memory, of which the system gives what is written. What arrives is copied, since a
 * chunk of one byte holds on to the memory of a whole read: a flood of tiny chunks costs what its bytes cost.
 */
class BoundedBytes {
  readonly #room: Buffer;
  #sizeBytes = 0;

  constructor(maxBytes: number) {
    this.#room = Buffer.allocUnsafeSlow(maxBytes);
  }

  add(piece: Buffer): undefined {
    if (this.#sizeBytes + piece.length > this.#room.length)
      throw new AppError(
        "INPUT_TOO_LARGE",
        `The answer is larger than the ${this.#room.length} bytes that it may have; it was not read further.`,
      );
    this.#sizeBytes += piece.copy(this.#room, this.#sizeBytes);
  }

  /** A copy of its own size, so that what is kept of a short answer is short. */
  bytes(): Buffer {
    return Buffer.from(this.#room.subarray(0, this.#sizeBytes));
  }
}

/**
 * Reads a whole body that fits into memory.
 *
 * @throws AppError INPUT_TOO_LARGE above `maxBytes`, REMOTE_UNREACHABLE when it is cut, REMOTE_TOO_SLOW below `pace`.
 */
export async function readBody(body: IncomingMessage, maxBytes: number, pace: BodyPace = DOCUMENT_PACE): Promise<Buffer> {
  const watch = new PaceWatch(body, pace);
  const taken = new BoundedBytes(maxBytes);
  try {
    await takePieces(body, watch, (piece) => taken.add(piece));
    return taken.bytes();
  } finally {
    watch.stop();
    body.destroy();
  }
}

const wireError = z.object({ code: z.string().max(64), message: z.string().max(1000) });
const MAX_ERROR_BYTES = 16 * 1024;

const STATUS_CODES: ReadonlyMap<number, ErrorCode> = new Map([
  [401, "ACCESS_UNAUTHENTICATED"],
  [403, "ACCESS_DENIED"],
  [404, "NOT_FOUND"],
  [413, "INPUT_TOO_LARGE"],
  [429, "RATE_LIMITED"],
  [504, "REMOTE_TIMEOUT"],
]);

/** Makes the error of an answer that is not a success: the one it carries, or one that names its status. */
export async function toAnswerError(answer: HttpAnswer, what: string): Promise<AppError> {
  const text = await Promise.race([readBody(answer.body, MAX_ERROR_BYTES).then(String), sleep(2000, "")]).catch(() => "");
  try {
    const document: unknown = JSON.parse(text);
    return fromWire(wireError.parse(document));
  } catch {
    const waitMs = retryAfterMs(answer.headers["retry-after"], Date.now());
    return new AppError(
      STATUS_CODES.get(answer.status) ?? "REMOTE_UNREACHABLE",
      `The server answered ${what} with status ${answer.status}.`,
      { details: { status: answer.status, ...(waitMs !== undefined && { retryAfterMs: waitMs }) } },
    );
  }
}
