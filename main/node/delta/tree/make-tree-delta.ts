import { open, readFile } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "#shared/errors/app-error.ts";
import { readTreeListing, treeDigest, writeTreeListing } from "../../archive/tree-listing.ts";
import { MAX_DELTA_SIDE_BYTES } from "../delta-header.ts";
import { matchesShare, type OnDeltaProgress } from "../delta-progress.ts";
import { makeDelta, type DeltaCodec } from "../make-delta.ts";
import { chooseSources, type WantedSource } from "./choose-sources.ts";
import { listTree } from "./list-tree.ts";
import { encodeTreeDelta, packPart, type TreeFile, type TreeSource } from "./tree-delta.ts";

/** Two folders, and where parts are gathered until all of them are known. `spool` is made anew and is the caller's to remove. */
export type TreePair = {
  readonly oldRoot: string;
  readonly newRoot: string;
  readonly spool: string;
  readonly codec: DeltaCodec;
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
  readonly files: Readonly<Record<TreeSource[0], number>>;
};

/**
 * Makes the delta between two folders. One pair of files is held in memory at a time, with what {@link makeDelta} needs.
 *
 * @throws AppError ARTIFACT_ARCHIVE_REFUSED for what hosts would not unpack, INPUT_TOO_LARGE for a file of 2 GiB or more.
 */
export async function makeTreeDelta(pair: TreePair): Promise<MadeTreeDelta> {
  const { oldRoot, newRoot, spool, signal } = pair;
  const old = await listTree(oldRoot, signal);
  const listing = writeTreeListing(await listTree(newRoot, signal));
  // In the order of the canonical text, which is that of the sources.
  const fresh = readTreeListing(listing);
  const wanted = chooseSources(old, fresh);
  const files = fresh.filter((entry) => entry.kind === "file");
  const sources: TreeSource[] = [];
  const newBytes = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  let [partBytes, doneBytes] = [0, 0];
  const withinTree =
    ({ sizeBytes }: TreeFile): OnDeltaProgress =>
    (stage, share) =>
      pair.onProgress?.(stage, (doneBytes + sizeBytes * matchesShare(stage, share)) / Math.max(1, newBytes));
  const parts = await open(spool, "w", 0o600);
  try {
    for (const [index, file] of files.entries()) {
      signal.throwIfAborted();
      const made = await makeSource({ ...pair, file, wanted: wanted[index] ?? { kind: "made" }, onProgress: withinTree(file) });
      doneBytes += file.sizeBytes;
      sources.push(made.source);
      for (const piece of made.part) {
        partBytes += piece.length;
        await parts.writeFile(piece);
      }
    }
  } finally {
    await parts.close();
  }
  const oldTree = treeDigest(writeTreeListing(old));
  const head = await encodeTreeDelta(oldTree, listing, sources);
  const count = (kind: TreeSource[0]): number => sources.filter((one) => one[0] === kind).length;
  const counted = { kept: count("kept"), again: count("again"), delta: count("delta"), whole: count("whole") };
  return { head, oldTree, newTree: treeDigest(listing), newBytes, partBytes, files: counted };
}

/** A delta of this part of a file is taken without packing the file, which takes as long again and is hardly ever smaller. */
const SMALL_PART = 0.02;

type WantedFile = Pick<TreePair, "oldRoot" | "newRoot" | "codec" | "isAffordable" | "onProgress"> & {
  readonly file: TreeFile;
  readonly wanted: WantedSource;
};
type MadeSource = { readonly source: TreeSource; readonly part: readonly Uint8Array[] };

async function makeSource({
  oldRoot,
  newRoot,
  codec,
  isAffordable = () => true,
  file,
  wanted,
  onProgress,
}: WantedFile): Promise<MadeSource> {
  if (wanted.kind !== "made") return { source: [wanted.kind, wanted.path], part: [] };
  if (file.sizeBytes > MAX_DELTA_SIDE_BYTES)
    throw new AppError("INPUT_TOO_LARGE", `${file.path} is larger than 2 GiB; no delta was made.`, { details: { path: file.path } });
  const bytes = await readFile(join(newRoot, file.path));
  const { from } = wanted;
  const delta =
    from && isAffordable(from.sizeBytes, file.sizeBytes)
      ? await makeDelta(await readFile(join(oldRoot, from.path)), bytes, codec, onProgress)
      : undefined;
  const deltaBytes = delta?.reduce((sum, piece) => sum + piece.length, 0) ?? Infinity;
  if (from !== undefined && delta !== undefined && deltaBytes <= bytes.length * SMALL_PART)
    return { source: ["delta", from.path, deltaBytes], part: delta };
  const whole = await packPart(bytes);
  if (from === undefined || delta === undefined || deltaBytes >= whole.length) return { source: ["whole", whole.length], part: [whole] };
  return { source: ["delta", from.path, deltaBytes], part: delta };
}
