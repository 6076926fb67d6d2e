import { open, rename, rm } from "node:fs/promises";

/**
 * Writes a file piece by piece, whatever its size. It has its name only when it is whole; a run that breaks off leaves
 * what stood there before.
 *
 * @throws whatever `write` throws, or the file system's own error.
 */
export async function writeWholeFile(
  path: string,
  write: (append: (piece: string | Uint8Array) => Promise<void>) => Promise<void>,
): Promise<void> {
  const part = `${path}.part`;
  const file = await open(part, "w", 0o600);
  try {
    try {
      await write((piece) => file.writeFile(piece));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(part, path);
  } catch (thrown) {
    await rm(part, { force: true });
    throw thrown;
  }
}
