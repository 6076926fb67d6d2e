import type { IncomingMessage } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { AppError, fromWire } from "#shared/errors/app-error.ts";
import type { ErrorCode } from "#shared/errors/codes.ts";
import type { HttpAnswer } from "./http-client.ts";

/** A body that brings no byte for this long has stopped. */
const IDLE_MS = 30_000;

async function readChunks(body: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  const pieces: AsyncIterable<unknown> = body;
  for await (const piece of pieces) {
    if (!Buffer.isBuffer(piece)) continue;
    sizeBytes += piece.length;
    if (sizeBytes > maxBytes)
      throw new AppError("INPUT_TOO_LARGE", `The answer is larger than ${maxBytes} bytes; it was not read further.`);
    chunks.push(piece);
  }
  if (!body.complete) throw new AppError("REMOTE_UNREACHABLE", "The answer ended before it was complete; nothing of it was used.");
  return Buffer.concat(chunks);
}

/**
 * Reads a whole body that fits into memory.
 *
 * @throws AppError INPUT_TOO_LARGE above `maxBytes`, REMOTE_UNREACHABLE when it is cut, REMOTE_TIMEOUT when it stands still.
 */
export async function readBody(body: IncomingMessage, maxBytes: number): Promise<Buffer> {
  body.setTimeout(IDLE_MS, () => body.destroy(new AppError("REMOTE_TIMEOUT", "The answer stood still; nothing of it was used.")));
  try {
    return await readChunks(body, maxBytes);
  } catch (thrown) {
    if (thrown instanceof AppError) throw thrown;
    throw new AppError("REMOTE_UNREACHABLE", "The answer was cut; nothing of it was used.", { cause: thrown });
  } finally {
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
