import { AppError } from "#shared/errors/app-error.ts";
import type { HttpAnswer } from "./http-messages.ts";

/**
 * Reads a whole body that fits into memory.
 *
 * @throws AppError STORE_PROTOCOL above `maxBytes`, and what the connection throws.
 */
export async function readBounded(answer: HttpAnswer, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of answer.chunks()) {
    sizeBytes += chunk.length;
    if (sizeBytes > maxBytes) {
      throw new AppError(
        "STORE_PROTOCOL",
        `${answer.url.host} answered more than ${maxBytes} bytes where less was due; it was not read further.`,
      );
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Reads what little is left of an answer, so that its connection can be used again; a large rest ends the connection instead. */
export async function drain(answer: HttpAnswer, maxBytes: number): Promise<void> {
  await readBounded(answer, maxBytes).catch(() => answer.discard());
}
