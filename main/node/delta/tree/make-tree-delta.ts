import { open, readFile } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "#shared/errors/app-error.ts";
import { readTreeListing, treeDigest, writeTreeListing } from "../../archive/tree-listing.ts";
import { ENDS_BYTES, MAX_DELTA_SIDE_BYTES } from "../delta-header.ts";
import { matchesShare, type OnDeltaProgress } from "../delta-progress.ts";
import { makeDelta, type DeltaCodec } from "../make-delta.ts";
import { chooseBases } from "./choose-bases.ts";
import { filesOf, findHeld, type TreeFile } from "./held-files.ts";
import { listTree } from "./list-tree.ts";
import { packPart } from "./pack-part.ts";
import { countSources, encodeTreeDelta, MAX_DICTIONARY_SIDE_BYTES, partBytesOf, type PartSource, type SourceCount } from "./tree-delta.ts";

/** Two folders, and where parts are gathered until all of them are known. `spool` is made anew and is the caller's to remove. */
export type TreePair = {
  readonly oldRoot: string;
  readonly newRoot: string;
  readonly spool: string;
  /** Whether a pair of files of these sizes may be compared; one that may not is sent whole. Any may unless told. */
  readonly isAffordable?: (oldBytes: number, newBytes: number) => boolean;
  /** Hears how far the whole is, by the bytes of its files. */
  readonly onProgress?: OnDeltaProgress;
  readonly signal: AbortSignal;
};

/** What was made: everything before the parts, and how many files came which way. The parts lie in the spool. */
export type MadeTreeDelta = {
  readonly head: Uint8Array;
  readonly oldTree: string;
  readonly newTree: string;
  readonly newBytes: number;
  readonly partBytes: number;
  readonly files: SourceCount;
};

/**
 * Makes the delta between two folders. One pair of files is held in memory at a time, with what {@link makeDelta} needs.
 *
 * @throws AppError ARTIFACT_ARCHIVE_REFUSED for what hosts would not unpack, INPUT_TOO_LARGE for a file of 2 GiB or more.
 */
export async function makeTreeDelta(pair: TreePair): Promise<MadeTreeDelta> {
  const { oldRoot, newRoot, spool, signal } = pair;
  const oldListing = writeTreeListing(await listTree(oldRoot, signal));
  const listing = writeTreeListing(await listTree(newRoot, signal));
  // In the order of the canonical texts, by which what is held is found again.
  const [old, fresh] = [filesOf(readTreeListing(oldListing)), filesOf(readTreeListing(listing))];
  const held = findHeld(old, fresh);
  const baseOf = chooseBases(old);
  const made: PartSource[] = [];
  const newBytes = fresh.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  let [partBytes, doneBytes] = [0, 0];
  const withinTree =
    ({ sizeBytes }: TreeFile): OnDeltaProgress =>
    (stage, share) =>
      pair.onProgress?.(stage, (doneBytes + sizeBytes * matchesShare(stage, share)) / Math.max(1, newBytes));
  const parts = await open(spool, "w", 0o600);
  try {
    for (const [index, file] of fresh.entries()) {
      signal.throwIfAborted();
      if (held[index] === undefined) {
        const { source, part } = await makePart({ ...pair, file, base: baseOf(file), onProgress: withinTree(file) });
        made.push(source);
        partBytes += partBytesOf(source);
        for (const piece of part) await parts.writeFile(piece);
      }
      doneBytes += file.sizeBytes;
    }
  } finally {
    await parts.close();
  }
  const head = await encodeTreeDelta(oldListing, listing, made);
  const files = countSources([...held.filter((one) => one !== undefined), ...made]);
  return { head, oldTree: treeDigest(oldListing), newTree: treeDigest(listing), newBytes, partBytes, files };
}

/** A delta of this part of a file is taken without packing the file, which takes as long again and is hardly ever smaller. */
const SMALL_PART = 0.02;

type WantedFile = Pick<TreePair, "oldRoot" | "newRoot" | "isAffordable" | "onProgress"> & {
  readonly file: TreeFile;
  readonly base: TreeFile | undefined;
};
type Part = { readonly source: PartSource; readonly part: readonly Uint8Array[] };

async function makePart(wanted: WantedFile): Promise<Part> {
  const { newRoot, file } = wanted;
  if (file.sizeBytes > MAX_DELTA_SIDE_BYTES)
    throw new AppError("INPUT_TOO_LARGE", `${file.path} is larger than 2 GiB; no delta was made.`, { details: { path: file.path } });
  const bytes = await readFile(join(newRoot, file.path));
  const delta = await smallestDelta(wanted, bytes);
  if (delta !== undefined && bytesOf(delta) <= bytes.length * SMALL_PART) return delta;
  const packed = await packPart(bytes);
  return delta !== undefined && bytesOf(delta) < packed.length ? delta : { source: ["whole", packed.length], part: [packed] };
}

/** Large files by `matches` alone, whose applying takes the same memory for all of them. */
async function smallestDelta({ oldRoot, file, base, isAffordable, onProgress }: WantedFile, bytes: Buffer): Promise<Part | undefined> {
  if (base === undefined || isAffordable?.(base.sizeBytes, file.sizeBytes) === false) return undefined;
  const old = await readFile(join(oldRoot, base.path));
  const make = async (codec: DeltaCodec): Promise<Part> => {
    const part = withoutEnds(await makeDelta(old, bytes, codec, onProgress));
    return { source: [codec, base.path, part.reduce((sum, piece) => sum + piece.length, 0)], part };
  };
  const byMatches = await make("matches");
  if (Math.max(base.sizeBytes, file.sizeBytes) > MAX_DICTIONARY_SIDE_BYTES) return byMatches;
  const byDictionary = await make("dictionary");
  return bytesOf(byDictionary) < bytesOf(byMatches) ? byDictionary : byMatches;
}

function bytesOf({ source }: Part): number {
  return partBytesOf(source);
}

/** What both ends are stands in the listings. The first piece of a delta is its header. */
function withoutEnds([header = new Uint8Array(), ...frames]: readonly Uint8Array[]): readonly Uint8Array[] {
  return [header.subarray(ENDS_BYTES), ...frames];
}
