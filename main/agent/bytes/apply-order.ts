import { z } from "zod";
import { sha256Hex, sizeBytes } from "#shared/lib/scalars.ts";

/** The verb under which the agent's program applies one delta. Not for people: the order comes on standard input. */
export const APPLY_VERB = "apply-delta";

/** Bytes of one line between the agent and the process that applies. */
export const MAX_APPLY_LINE_BYTES = 64 * 1024;

/** What the applying process is told, in one line of JSON. Paths are the agent's own; both ends are signed. */
export const applyOrder = z.object({
  deltaPath: z.string().min(1).max(8192),
  oldPath: z.string().min(1).max(8192),
  newPath: z.string().min(1).max(8192),
  expected: z.object({ oldBytes: sizeBytes, newBytes: sizeBytes, oldSha256: sha256Hex, newSha256: sha256Hex }),
});
export type ApplyOrder = z.infer<typeof applyOrder>;

/** What it answers, in one line of JSON, before it ends. */
export const applyAnswer = z.discriminatedUnion("outcome", [
  z.object({ outcome: z.literal("made") }),
  z.object({ outcome: z.literal("failed"), code: z.string().max(64), message: z.string().max(2000) }),
]);
export type ApplyAnswer = z.infer<typeof applyAnswer>;
