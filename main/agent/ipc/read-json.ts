import type { IncomingMessage } from "node:http";
import { AppError } from "#shared/errors/app-error.ts";

/**
 * Reads a request's JSON, whatever it calls itself: `curl -d` sends a form's type. No body is an empty object.
 *
 * @throws AppError INPUT_TOO_LARGE above `maxBytes`, INPUT_INVALID when it is not JSON or was cut.
 */
export async function readJson(request: IncomingMessage, maxBytes: number): Promise<unknown> {
  const pieces: Buffer[] = [];
  let sizeBytes = 0;
  try {
    for await (const piece of request) {
      if (!Buffer.isBuffer(piece)) continue;
      sizeBytes += piece.length;
      if (sizeBytes > maxBytes) throw new AppError("INPUT_TOO_LARGE", `The body is larger than ${maxBytes} bytes; nothing was done.`);
      pieces.push(piece);
    }
    const text = Buffer.concat(pieces).toString("utf8");
    const document: unknown = text.trim() === "" ? {} : JSON.parse(text);
    return document;
  } catch (thrown) {
    if (thrown instanceof AppError) throw thrown;
    throw new AppError("INPUT_INVALID", "The body is not JSON, or ended early; nothing was done.", { cause: thrown });
  }
}
