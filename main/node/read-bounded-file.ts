import { open } from "node:fs/promises";
import { AppError } from "#shared/errors/app-error.ts";

const CHUNK_BYTES = 64 * 1024;

/**
 * Reads a file that somebody else may have made, up to a limit, so that a huge one costs no memory. Pipes are read to
 * their end (`--passphrase-file <(…)`), with the same limit.
 *
 * @throws AppError INPUT_TOO_LARGE beyond `maxBytes`; the file system's own error when it cannot be read.
 */
export async function readBoundedFile(path: string, maxBytes: number): Promise<Buffer> {
  const file = await open(path, "r");
  try {
    const chunks: Buffer[] = [];
    for (let total = 0; ;) {
      const chunk = Buffer.alloc(CHUNK_BYTES);
      const { bytesRead } = await file.read(chunk, 0, CHUNK_BYTES);
      if (bytesRead === 0) return Buffer.concat(chunks);
      total += bytesRead;
      if (total > maxBytes) throw new AppError("INPUT_TOO_LARGE", `${path} is larger than ${maxBytes} bytes; nothing was done with it.`);
      chunks.push(chunk.subarray(0, bytesRead));
    }
  } finally {
    await file.close();
  }
}
