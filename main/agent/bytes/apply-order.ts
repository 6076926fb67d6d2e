import { z } from "zod";
import { sha256Hex, sizeBytes } from "#shared/lib/scalars.ts";

/** The verb under which the agent's program applies one delta. Not for people: the order comes on standard input. */
export const APPLY_VERB = "apply-delta";

/** Bytes of one line between the agent and the process that applies. */
export const MAX_APPLY_LINE_BYTES = 64 * 1024;

const path = z.string().min(1).max(8192);

/** A file from a file. Paths are the agent's own; both ends are signed. */
const applyFileOrder = z.object({
  deltaPath: path,
  oldPath: path,
  newPath: path,
  expected: z.object({ oldBytes: sizeBytes, newBytes: sizeBytes, oldSha256: sha256Hex, newSha256: sha256Hex }),
});

/** A folder from a folder; both tree digests are signed. */
const applyTreeOrder = z.object({
  deltaPath: path,
  tree: z.object({
    oldRoot: path,
    /** The file with the canonical text of what was unpacked there; absent where nothing else can lie there. */
    oldListing: path.optional(),
    oldTree: sha256Hex,
    newRoot: path,
    /** Where it grows, on the same disk. */
    temporary: path,
    newTree: sha256Hex,
    /** What all its files may take, as an unpacked archive may. */
    totalBytes: sizeBytes,
  }),
});
export type ApplyFileOrder = z.infer<typeof applyFileOrder>;
export type ApplyTreeOrder = z.infer<typeof applyTreeOrder>;

/** What the applying process is told, in one line of JSON. */
export const applyOrder = z.union([applyTreeOrder, applyFileOrder]);
export type ApplyOrder = z.infer<typeof applyOrder>;

/** What it answers, in one line of JSON, before it ends. */
export const applyAnswer = z.discriminatedUnion("outcome", [
  z.object({ outcome: z.literal("made") }),
  z.object({ outcome: z.literal("failed"), code: z.string().max(64), message: z.string().max(2000) }),
]);
export type ApplyAnswer = z.infer<typeof applyAnswer>;
