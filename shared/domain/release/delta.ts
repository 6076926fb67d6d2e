import { z } from "zod";
import { semver, sha256Hex, sizeBytes } from "../../lib/scalars.ts";

/** A delta that is larger than this part of the full artifact is not worth its making: the full file is fetched instead. */
export const MAX_DELTA_PART = 0.6;

/** Deltas that one artifact names at most. */
export const MAX_DELTAS = 16;

/** How a delta is made (docs/delta-format.md): `matches` is smallest and slow, `dictionary` takes seconds and more memory to apply. */
export const deltaCodec = z.enum(["matches", "dictionary"]);

/** A delta to an artifact: what it starts from, and its own file. It is part of what is signed. */
export const releaseDelta = z.object({
  from: z.object({ version: semver, sha256: sha256Hex, sizeBytes }),
  codec: deltaCodec,
  sizeBytes,
  sha256: sha256Hex,
});
export type ReleaseDelta = z.infer<typeof releaseDelta>;

/** The deltas of one artifact, one for each file that it can start from. */
export const releaseDeltas = z
  .array(releaseDelta)
  .max(MAX_DELTAS)
  .refine((deltas) => new Set(deltas.map(({ from }) => from.sha256)).size === deltas.length, "one delta for each file it starts from");

/** Whether a delta of this size is worth having for an artifact of that one. Both in bytes. */
export function isWorthwhileDelta(deltaBytes: number, artifactBytes: number): boolean {
  return deltaBytes <= artifactBytes * MAX_DELTA_PART;
}
