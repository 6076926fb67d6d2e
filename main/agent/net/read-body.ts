import type { IncomingMessage } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { AppError, fromWire } from "#shared/errors/app-error.ts";
import type { ErrorCode } from "#shared/errors/codes.ts";
import { DOCUMENT_PACE, PaceWatch, type BodyPace } from "./body-pace.ts";
import type { HttpAnswer } from "./http-client.ts";

const FIRST_ROOM_BYTES = 16 * 1024;

/** Bytes of a body in one piece of memory that at most doubles: a flood of tiny chunks costs what its bytes cost. */
class BoundedBuffer {
  readonly #maxBytes: number;
  #room: Buffer;
  #sizeBytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
    this.#room = Buffer.allocUnsafe(Math.min(maxBytes, FIRST_ROOM_BYTES));
  }

  add(piece: Buffer): void {
    const sizeBytes = this.#sizeBytes + piece.length;
    if (sizeBytes > this.#maxBytes)
      throw new AppError(
        "INPUT_TOO_LARGE",
        `The answer is larger than the ${this.#maxBytes} bytes that it may have; it was not read further.`,
      );
    if (sizeBytes > this.#room.length) {
      const larger = Buffer.allocUnsafe(Math.min(this.#maxBytes, Math.max(sizeBytes, this.#room.length * 2)));
      this.#room.copy(larger, 0, 0, this.#sizeBytes);
      this.#room = larger;
    }
    piece.copy(this.#room, this.#sizeBytes);
    this.#sizeBytes = sizeBytes;
  }

  bytes(): Buffer {
    return this.#room.subarray(0, this.#sizeBytes);
  }
}

async function readChunks(body: IncomingMessage, maxBytes: number, watch: PaceWatch): Promise<Buffer> {
  const buffer = new BoundedBuffer(maxBytes);
  const pieces: AsyncIterable<unknown> = body;
  for await (const piece of pieces) {
    if (!Buffer.isBuffer(piece)) continue;
    watch.took(piece.length);
    buffer.add(piece);
  }
  if (!body.complete) throw new AppError("REMOTE_UNREACHABLE", "The answer ended before it was complete; nothing of it was used.");
  return buffer.bytes();
}

/**
 * Reads a whole body that fits into memory.
 *
 * @throws AppError INPUT_TOO_LARGE above `maxBytes`, REMOTE_UNREACHABLE when it is cut, REMOTE_TOO_SLOW below `pace`.
 */
export async function readBody(body: IncomingMessage, maxBytes: number, pace: BodyPace = DOCUMENT_PACE): Promise<Buffer> {
  const watch = new PaceWatch(body, pace);
  try {
    return await readChunks(body, maxBytes, watch);
  } catch (thrown) {
    if (thrown instanceof AppError) throw thrown;
    throw new AppError("REMOTE_UNREACHABLE", "The answer was cut; nothing of it was used.", { cause: thrown });
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
    return new AppError(
      STATUS_CODES.get(answer.status) ?? "REMOTE_UNREACHABLE",
      `The control plane answered ${what} with status ${answer.status}.`,
      { details: { status: answer.status } },
    );
  }
}
