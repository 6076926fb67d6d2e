import { z } from "zod";
import { applicationId } from "../lib/ids.ts";

/** A tail ends by itself after this long. */
export const TAIL_MS = 10 * 60_000;
/** Characters of one piece; with a piece each half second at most, a chatty application cannot fill the link. */
export const TAIL_PIECE_CHARACTERS = 16_000;

const tailId = z.string().min(1).max(64);

/** Follows what an application writes, from its last lines on; `forMs` 0 ends it. A host that knows no tails passes it over. */
export const tailFrame = z.object({ type: z.literal("tail"), tailId, applicationId, forMs: z.int().min(0).max(TAIL_MS) });

/**
 * What an application wrote since the piece before. The first comes at once, empty or not; `isOver` is the last one, and
 * `refused` says why it is the only one: the host has no such application, or is followed by too many already.
 */
export const tailedFrame = z.object({
  type: z.literal("tailed"),
  tailId,
  text: z.string().max(TAIL_PIECE_CHARACTERS),
  isOver: z.literal(true).optional(),
  refused: z.enum(["unknown-application", "too-many"]).optional(),
});
export type TailedFrame = z.infer<typeof tailedFrame>;
