import { z } from "zod";
import { formatBytes } from "../../lib/format.ts";
import { semver, sizeBytes } from "../../lib/scalars.ts";

/** Formats that can be unpacked to be measured; tar archives may be in the first two. */
export const MEASURABLE_FORMATS: readonly string[] = ["gzip", "zstd", "zip"];

/** What unpacking a packed file would save with every update, or why nobody knows. */
export const unpackedEstimate = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("estimated"),
    fromVersion: semver,
    /** What every host fetches as it is. */
    packedBytes: sizeBytes,
    /** What a delta of the unpacked files has by the quick codec; the one that is published in the end is no larger. */
    deltaBytes: sizeBytes,
    unpackedBytes: sizeBytes,
  }),
  z.object({ kind: z.literal("unknown"), reason: z.string().max(400) }),
]);
export type UnpackedEstimate = z.infer<typeof unpackedEstimate>;

/** Whether hosts would unpack the file themselves if the run spec said so, or somebody has to before publishing. */
export type WayToUnpack = "hosts" | "before";

/** The estimate as a sentence, and what to do about it. */
export function estimateWords(estimate: UnpackedEstimate, way: WayToUnpack): string {
  if (estimate.kind === "unknown") return estimate.reason;
  const { deltaBytes, packedBytes, fromVersion } = estimate;
  if (deltaBytes >= packedBytes)
    return `A delta of the unpacked files from ${fromVersion} would be about ${formatBytes(deltaBytes)}: unpacking would save nothing here.`;
  const what = `A delta of the unpacked files from ${fromVersion} would be about ${formatBytes(deltaBytes)} instead of ${formatBytes(packedBytes)}.`;
  return `${what} ${way === "hosts" ? "Hosts unpack it when the run spec says so." : "Publish what is in it, unpacked."}`;
}
