import { createHash } from "node:crypto";
import { open, readFile, rm, type FileHandle } from "node:fs/promises";
import { AppError } from "#shared/errors/app-error.ts";
import { decodeHeader, HEADER_BYTES, invalidDelta, type DeltaEnds, type DeltaHeader } from "./delta-header.ts";
import { addDifferences } from "./add-differences.ts";
import { FrameReader } from "./frame-reader.ts";
import { MATCHES_WINDOW_LOG } from "./make-delta.ts";
import { FlushAlong } from "../flush-along.ts";
import { OldBytes } from "./old-bytes.ts";
import { readSteps, type DeltaSteps } from "./read-steps.ts";

/** Written in pieces of this size, which bounds the memory of a patch together with the windows of its frames. */
const PIECE_BYTES = 512 * 1024;

/** A dictionary frame needs a window over both files. */
const DICTIONARY_WINDOW_LOG = 31;

/** What is made from what. `expected` comes from signed metadata: the delta itself is believed in nothing. */
export type DeltaJob = {
  readonly deltaPath: string;
  readonly oldPath: string;
  /** Made anew; removed when the delta does not lead where it should. */
  readonly newPath: string;
  /** The caller has verified that the old file has this digest and size. */
  readonly expected: DeltaEnds;
  readonly signal: AbortSignal;
};

/**
 * Makes the new file from the old one and a delta, and flushes it to the disk. Memory is bounded whatever the sizes with
 * codec `matches` (windows of 4 MiB and a few pieces); `dictionary` holds the old file.
 *
 * @throws AppError DELTA_INVALID when the delta is damaged, is for other files, or leads to other bytes: take the full
 *   file. CANCELLED. Whatever the disk says comes as it is.
 */
export async function applyDelta(job: DeltaJob): Promise<void> {
  const delta = await open(job.deltaPath, "r");
  try {
    const { size } = await delta.stat();
    const first = Buffer.alloc(Math.min(size, HEADER_BYTES.matches));
    await delta.read(first, 0, first.length, 0);
    const header = decodeHeader(first, size);
    requireEnds(header, job.expected);
    await writeNew(job, delta, header);
  } finally {
    await delta.close();
  }
}

function requireEnds(header: DeltaHeader, { oldBytes, newBytes, oldSha256, newSha256 }: DeltaEnds): void {
  const fits =
    header.oldBytes === oldBytes && header.newBytes === newBytes && header.oldSha256 === oldSha256 && header.newSha256 === newSha256;
  if (!fits) throw invalidDelta("it is for other files");
}

async function writeNew(job: DeltaJob, delta: FileHandle, header: DeltaHeader): Promise<void> {
  const output = await open(job.newPath, "w", 0o600);
  try {
    const pieces = header.codec === "matches" ? fromMatches(job, delta, header) : fromDictionary(job, delta, header);
    if ((await writePieces(job, output, pieces)) !== job.expected.newSha256)
      throw invalidDelta("it leads to other bytes than the signed ones");
    await output.sync();
  } catch (thrown) {
    await rm(job.newPath, { force: true });
    throw thrown;
  } finally {
    await output.close();
  }
}

/** Writes and hashes beside the filling: pieces are filled in two buffers, in turns. Answers the SHA-256 of all of them. */
async function writePieces({ signal }: DeltaJob, output: FileHandle, pieces: AsyncIterable<Uint8Array>): Promise<string> {
  const digest = createHash("sha256");
  const flushes = new FlushAlong(output);
  let written: Promise<void> = Promise.resolve();
  try {
    for await (const piece of pieces) {
      if (signal.aborted) throw new AppError("CANCELLED", "Applying the delta was stopped; nothing was made.");
      await written;
      written = output.writeFile(piece).then(() => flushes.wrote(piece.length));
      // Whoever waits for it next is told; until then a failure must not count as nobody's.
      written.catch(() => undefined);
      digest.update(piece);
    }
    await written;
  } finally {
    // Its failure is told above, or nothing depends on it any more; only the file must not be closed under it.
    await flushes.end().catch(() => undefined);
  }
  await flushes.end();
  return digest.digest("hex");
}

type Matches = Extract<DeltaHeader, { readonly codec: "matches" }>;

async function* fromMatches(job: DeltaJob, delta: FileHandle, header: Matches): AsyncGenerator<Uint8Array> {
  const [controlBytes, differenceBytes, extraBytes] = header.frames;
  const start = HEADER_BYTES.matches;
  const frame = (offset: number, bytes: number): FrameReader =>
    new FrameReader({ file: delta, start: offset, bytes, windowLogMax: MATCHES_WINDOW_LOG });
  const control = frame(start, controlBytes);
  const difference = frame(start + controlBytes, differenceBytes);
  const extra = frame(start + controlBytes + differenceBytes, extraBytes);
  const old = await OldBytes.open(job.oldPath, header.oldBytes);
  try {
    const steps = await readSteps(control, header);
    yield* patch(steps, { difference, extra, old });
    await difference.end();
    await extra.end();
  } finally {
    for (const reader of [control, difference, extra]) reader.close();
    await old.close();
  }
}

type Streams = { readonly difference: FrameReader; readonly extra: FrameReader; readonly old: OldBytes };

/** Steps are told to the old file so many ahead that it need not be waited for. */
const STEPS_AHEAD = 32;

async function* patch(steps: DeltaSteps, { difference, extra, old }: Streams): AsyncGenerator<Uint8Array> {
  let [buffer, other] = [new Uint8Array(PIECE_BYTES), new Uint8Array(PIECE_BYTES)];
  let filled = 0;
  let position = 0;
  const lookAhead = expectSteps(steps, old);
  for (let index = 0; index < steps.count; index += 1) {
    lookAhead.next();
    position += steps.jump(index);
    for (const frame of [difference, extra]) {
      for (let left = frame === extra ? steps.extraLength(index) : steps.diffLength(index); left > 0;) {
        const taken = frame.take(Math.min(left, PIECE_BYTES - filled));
        const source = taken instanceof Promise ? await taken : taken;
        if (frame === extra) buffer.set(source, filled);
        else {
          const piece = buffer.subarray(filled, filled + source.length);
          const copying = old.copyTo(piece, position);
          if (copying !== undefined) await copying;
          addDifferences(piece, source);
          position += source.length;
        }
        left -= source.length;
        filled += source.length;
        if (filled < PIECE_BYTES) continue;
        yield buffer;
        [buffer, other, filled] = [other, buffer, 0];
      }
    }
  }
  yield buffer.subarray(0, filled);
}

/** Goes through the steps ahead of those that are taken: as many at once at first, then one for one. */
function* expectSteps(steps: DeltaSteps, old: OldBytes): Generator<undefined> {
  let position = 0;
  for (let index = 0; index < steps.count; index += 1) {
    position += steps.jump(index);
    old.expect(position, steps.diffLength(index));
    position += steps.diffLength(index);
    if (index >= STEPS_AHEAD) yield;
  }
}

type Dictionary = Extract<DeltaHeader, { readonly codec: "dictionary" }>;

async function* fromDictionary(job: DeltaJob, delta: FileHandle, header: Dictionary): AsyncGenerator<Uint8Array> {
  const dictionary = await readFile(job.oldPath);
  const frame = new FrameReader({
    file: delta,
    start: HEADER_BYTES.dictionary,
    bytes: header.frames[0],
    windowLogMax: DICTIONARY_WINDOW_LOG,
    dictionary,
  });
  let [buffer, other] = [new Uint8Array(PIECE_BYTES), new Uint8Array(PIECE_BYTES)];
  try {
    for (let left = header.newBytes; left > 0;) {
      const piece = buffer.subarray(0, Math.min(left, PIECE_BYTES));
      await frame.fill(piece);
      left -= piece.length;
      yield piece;
      [buffer, other] = [other, buffer];
    }
    await frame.end();
  } finally {
    frame.close();
  }
}
