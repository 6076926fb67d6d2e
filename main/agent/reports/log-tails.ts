import { open } from "node:fs/promises";
import { StringDecoder } from "node:string_decoder";
import { setTimeout as sleep } from "node:timers/promises";
import { formatBytes } from "#shared/lib/format.ts";
import type { ControlFrame } from "#shared/protocol/control-frames.ts";
import type { TailedFrame } from "#shared/protocol/log-tail.ts";
import { fileSize } from "#main/node/file-size.ts";

type TailFrame = Extract<ControlFrame, { type: "tail" }>;

/** What following a log needs. */
export type LogTailPorts = {
  /** Where an application's output is; undefined when this host knows no such application. */
  readonly logOf: (applicationId: string) => string | undefined;
  readonly send: (frame: TailedFrame) => void;
};

/** So much of what is there already comes first. */
const HISTORY_BYTES = 4096;
const PIECE_BYTES = 12_000;
const LOOK_MS = 500;
/** Further behind than this, the follower is brought to the end and told what it missed. */
const MOST_BEHIND_BYTES = 8 * PIECE_BYTES;
const MAX_TAILS = 4;

/**
 * Follows output logs over the link while somebody watches: a look each half second, a bounded piece a look. Nothing
 * runs while nobody follows, and a tail that nobody ends is over by itself.
 */
export class LogTails {
  readonly #ports: LogTailPorts;
  readonly #tails = new Map<string, AbortController>();

  constructor(ports: LogTailPorts) {
    this.#ports = ports;
  }

  /** Begins to follow, or ends it. Never throws. */
  take({ tailId, applicationId, forMs }: TailFrame): void {
    this.#tails.get(tailId)?.abort();
    this.#tails.delete(tailId);
    if (forMs === 0) return;
    const path = this.#ports.logOf(applicationId);
    if (path === undefined) return this.#ports.send({ ...lastOf(tailId), refused: "unknown-application" });
    if (this.#tails.size >= MAX_TAILS) return this.#ports.send({ ...lastOf(tailId), refused: "too-many" });
    const over = new AbortController();
    this.#tails.set(tailId, over);
    void this.#follow(tailId, path, AbortSignal.any([over.signal, AbortSignal.timeout(forMs)])).then(() => {
      if (this.#tails.get(tailId) === over) this.#tails.delete(tailId);
    });
  }

  /** The link is gone; whoever followed has to ask again. */
  stop(): void {
    for (const tail of this.#tails.values()) tail.abort();
    this.#tails.clear();
  }

  async #follow(tailId: string, path: string, signal: AbortSignal): Promise<void> {
    const decoder = new StringDecoder("utf8");
    let offset = Math.max(0, (await fileSize(path).catch(() => 0)) - HISTORY_BYTES);
    let isFirst = true;
    try {
      while (!signal.aborted) {
        const piece = await readPiece(path, offset);
        offset = piece.next;
        const text = piece.note + decoder.write(piece.bytes);
        if (text !== "" || isFirst) this.#ports.send({ type: "tailed", tailId, text });
        isFirst = false;
        await sleep(LOOK_MS, undefined, { signal }).catch(() => undefined);
      }
    } catch {
      // The log cannot be read any more; that is the end of it.
    }
    this.#ports.send(lastOf(tailId));
  }
}

const lastOf = (tailId: string): TailedFrame => ({ type: "tailed", tailId, text: "", isOver: true });

type Piece = { readonly bytes: Buffer; readonly next: number; readonly note: string };

/** The next piece behind `from`; a log that was cut shorter in between is read from its start. */
async function readPiece(path: string, from: number): Promise<Piece> {
  const sizeBytes = await fileSize(path);
  const start = sizeBytes < from ? 0 : from;
  const missed = sizeBytes - start > MOST_BEHIND_BYTES ? sizeBytes - start - PIECE_BYTES : 0;
  const at = start + missed;
  const note = missed === 0 ? "" : `\n… ${formatBytes(missed)} left out …\n`;
  if (at === sizeBytes) return { bytes: Buffer.alloc(0), next: at, note };
  const file = await open(path, "r");
  try {
    const buffer = Buffer.alloc(Math.min(PIECE_BYTES, sizeBytes - at));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, at);
    return { bytes: buffer.subarray(0, bytesRead), next: at + bytesRead, note };
  } finally {
    await file.close();
  }
}
