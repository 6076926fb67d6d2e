import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";

/** What the worker says to {@link import("./hash-file.ts").hashFile}. */
export type HashMessage =
  | { readonly kind: "progress"; readonly doneBytes: number }
  | { readonly kind: "done"; readonly sha256: string }
  | { readonly kind: "unreadable" };

/** Bytes that are in memory at a time. */
const PIECE_BYTES = 4 * 1024 * 1024;

const say = (message: HashMessage): void => postMessage(message);

/** Reads the file piece by piece, so that its size does not show in the page's memory. */
async function digest(file: File): Promise<void> {
  const hash = sha256.create();
  for (let at = 0; at < file.size; at += PIECE_BYTES) {
    const piece = new Uint8Array(await file.slice(at, at + PIECE_BYTES).arrayBuffer());
    hash.update(piece);
    say({ kind: "progress", doneBytes: at + piece.length });
  }
  say({ kind: "done", sha256: bytesToHex(hash.digest()) });
}

addEventListener("message", (event: MessageEvent<unknown>) => {
  if (event.data instanceof File) digest(event.data).catch(() => say({ kind: "unreadable" }));
});
