import { join } from "node:path";
import { writeFileAtomic } from "#main/node/atomic-write.ts";
import { HOLDER_TEXT } from "./holder-text.ts";

/**
 * What starts the holder of a folder: this runtime with its options, and the holder's own program, which a bundled agent
 * lays beside the holder's socket.
 *
 * @throws AppError ENV_DISK_FULL.
 */
export async function placeHolderProgram(folder: string): Promise<readonly [command: string, ...args: string[]]> {
  const source = join(import.meta.dirname, "hold-sockets.ts");
  const placed = join(folder, "hold-sockets.mjs");
  if (HOLDER_TEXT !== undefined) await writeFileAtomic(placed, HOLDER_TEXT, 0o600);
  return [process.execPath, ...process.execArgv, HOLDER_TEXT === undefined ? source : placed, folder];
}
