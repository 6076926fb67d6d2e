import { z } from "zod";

/**
 * What bringing a release to a host has taken, told with `staged`. Nothing at all came where the bytes were kept already.
 * `bytes` may exceed `fullBytes`: what came in vain is counted, too.
 */
export const fetchedRelease = z.object({
  /** Bytes of the artifact and of deltas that came over the network. */
  bytes: z.int().min(0),
  /** Size of the whole artifact. */
  fullBytes: z.int().min(0),
  /** Deltas that it was made with, one after the other; 0 when it came whole or was here. */
  deltas: z.int().min(0).max(16),
  /** Deltas that did not lead here, and why the last of them did not, for people. Absent when all went well. */
  givenUp: z.object({ deltas: z.int().min(1).max(64), reason: z.string().max(300) }).optional(),
});
export type FetchedRelease = z.infer<typeof fetchedRelease>;
