import { z } from "zod";
import { deltaProgress } from "#shared/domain/release/delta-progress.ts";
import { deltaKind } from "#shared/domain/release/tree-delta.ts";
import { sha256Hex, sizeBytes } from "#shared/lib/scalars.ts";

/** Where files lie while a delta is made of them, below the data folder. */
export const DELTA_FOLDER = "deltas";

const count = z.int().min(0);
const path = z.string().min(1).max(4096);

/**
 * What the process is told once: two files, where the result goes, and how much memory it may use in all, in bytes. For
 * `tree` each is a folder or an archive, which is unpacked beside the result.
 */
export const deltaTask = z.strictObject({
  oldPath: path,
  newPath: path,
  outPath: path,
  /** `measure` makes none, and says how large one of the unpacked files would be. */
  codec: z.enum([...deltaKind.options, "measure"]),
  memoryBytes: z.int().min(1),
  /** The program that undoes UPX, for `measure`, where there is one. */
  upxProgram: path.optional(),
});
export type DeltaTask = z.infer<typeof deltaTask>;

/** What the process says. `made`, `failed` and `overMemory` are its last words. */
export const deltaReport = z.discriminatedUnion("kind", [
  /** Whether the system let it run behind everything else. */
  z.strictObject({ kind: z.literal("priority"), isLow: z.boolean() }),
  z.strictObject({ kind: z.literal("progress"), ...deltaProgress.shape }),
  z.strictObject({
    kind: z.literal("made"),
    sizeBytes,
    trees: z.strictObject({ from: sha256Hex, to: sha256Hex }).optional(),
    unpackedBytes: sizeBytes.optional(),
    files: z.strictObject({ kept: count, again: count, delta: count, whole: count }).optional(),
  }),
  z.strictObject({ kind: z.literal("failed"), reason: z.string().max(300) }),
  z.strictObject({ kind: z.literal("overMemory"), usedBytes: z.int().min(0) }),
]);
export type DeltaReport = z.infer<typeof deltaReport>;

/** What is told of a delta that is made. */
export type WrittenDelta = Omit<Extract<DeltaReport, { readonly kind: "made" }>, "kind">;

/** One process that makes one delta, whoever started it: Node's own fork, or the desktop's main process. */
export type DeltaProcess = {
  /** Hands it its task. */
  post(task: DeltaTask): void;
  /** Everything it says, unvalidated. */
  onMessage(listener: (message: unknown) => void): void;
  /** Called once. `code` is the exit code, or null when a signal ended it. */
  onExit(listener: (code: number | null) => void): void;
  /** Ends it at once. Harmless when it has ended. */
  kill(): void;
};

/** Starts a process that waits for its task. */
export type StartDeltaProcess = () => DeltaProcess;
