import { AppError } from "#shared/errors/app-error.ts";

/** `RCDELTA1`: the version is part of the magic, so that a reader refuses what it does not know at once. */
const MAGIC = Buffer.from("RCDELTA1", "latin1");
const CODECS = { matches: 1, dictionary: 2 } as const;

/** Bytes before the frames, by codec; the shortest header is read first. */
export const HEADER_BYTES = { matches: 120, dictionary: 104 } as const;

/** Bytes that say what a delta leads between and how; whoever knows both ends can make them anew. */
export const ENDS_BYTES = 96;

/** Offsets are 31 bits wide, so neither side may be larger; nobody sends such files as one artifact. */
export const MAX_DELTA_SIDE_BYTES = 2 ** 31 - 1;

/** Steps of a delta: 12 bytes each once unpacked, all held in memory. */
export const MAX_STEPS = 4 * 2 ** 20;

/** The two ends of a delta: nothing else goes in, and nothing else comes out. Digests are SHA-256 in lower-case hex. */
export type DeltaEnds = { readonly oldBytes: number; readonly newBytes: number; readonly oldSha256: string; readonly newSha256: string };

/** Everything that stands before the frames (docs/delta-format.md). */
export type DeltaHeader = DeltaEnds &
  (
    | {
        readonly codec: "matches";
        readonly steps: number;
        /** Bytes of the frames in the file, in their order: control, difference, extra. */
        readonly frames: readonly [number, number, number];
      }
    | { readonly codec: "dictionary"; readonly frames: readonly [number] }
  );

/** Writes the first {@link ENDS_BYTES} of a header. */
export function encodeEnds({ codec, oldBytes, newBytes, oldSha256, newSha256 }: DeltaEnds & Pick<DeltaHeader, "codec">): Buffer {
  const bytes = Buffer.alloc(ENDS_BYTES);
  MAGIC.copy(bytes);
  bytes.writeUInt8(CODECS[codec], 8);
  bytes.writeBigUInt64LE(BigInt(oldBytes), 16);
  bytes.writeBigUInt64LE(BigInt(newBytes), 24);
  bytes.write(oldSha256, 32, "hex");
  bytes.write(newSha256, 64, "hex");
  return bytes;
}

/** Writes a header. */
export function encodeHeader(header: DeltaHeader): Buffer {
  const bytes = Buffer.alloc(HEADER_BYTES[header.codec]);
  encodeEnds(header).copy(bytes);
  if (header.codec === "dictionary") bytes.writeBigUInt64LE(BigInt(header.frames[0]), 96);
  else {
    bytes.writeUInt32LE(header.steps, 96);
    bytes.writeUInt32LE(header.frames[0], 100);
    bytes.writeBigUInt64LE(BigInt(header.frames[1]), 104);
    bytes.writeBigUInt64LE(BigInt(header.frames[2]), 112);
  }
  return bytes;
}

/**
 * Reads the header of a delta of `fileBytes` bytes from its first {@link HEADER_BYTES}.matches bytes, or all of a shorter one.
 *
 * @throws AppError DELTA_INVALID when it is no delta, of a later version, or does not fit the file.
 */
export function decodeHeader(bytes: Buffer, fileBytes: number): DeltaHeader {
  if (bytes.length < HEADER_BYTES.dictionary || !bytes.subarray(0, 8).equals(MAGIC)) throw invalidDelta("it is not of this format");
  if (bytes.subarray(9, 16).some((byte) => byte !== 0)) throw invalidDelta("its reserved bytes are used");
  const ends: DeltaEnds = {
    oldBytes: readSize(bytes, 16),
    newBytes: readSize(bytes, 24),
    oldSha256: bytes.toString("hex", 32, 64),
    newSha256: bytes.toString("hex", 64, 96),
  };
  const codec = bytes.readUInt8(8);
  if (codec === CODECS.dictionary) return requireFit({ ...ends, codec: "dictionary", frames: [readSize(bytes, 96)] }, fileBytes);
  if (codec !== CODECS.matches || bytes.length < HEADER_BYTES.matches) throw invalidDelta("its codec is unknown");
  const steps = bytes.readUInt32LE(96);
  if (steps > MAX_STEPS) throw invalidDelta("it has too many steps");
  const frames = [bytes.readUInt32LE(100), readSize(bytes, 104), readSize(bytes, 112)] as const;
  return requireFit({ ...ends, codec: "matches", steps, frames }, fileBytes);
}

/** The failure of bytes that are no usable delta. Nothing was written that anyone would use; the full file is the way out. */
export function invalidDelta(reason: string, cause?: unknown): AppError {
  return new AppError("DELTA_INVALID", `The delta cannot be used: ${reason}. Nothing was made from it.`, { cause });
}

function readSize(bytes: Buffer, offset: number): number {
  const size = bytes.readBigUInt64LE(offset);
  if (size > BigInt(MAX_DELTA_SIDE_BYTES)) throw invalidDelta("it speaks of more bytes than a file may have");
  return Number(size);
}

function requireFit<H extends DeltaHeader>(header: H, fileBytes: number): H {
  const frames = header.frames.reduce((sum: number, size: number) => sum + size, 0);
  if (header.frames.some((size) => size === 0)) throw invalidDelta("a part of it is missing");
  if (HEADER_BYTES[header.codec] + frames !== fileBytes) throw invalidDelta("its parts do not add up to its size");
  return header;
}
