import { z } from "zod";
import type { Inspection } from "../artifact/artifact.ts";
import { formatBytes } from "../../lib/format.ts";
import { semver, sizeBytes } from "../../lib/scalars.ts";

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

/**
 * Whether hosts would unpack the file themselves if the run spec said so, would do so if it were packed another way, or
 * somebody has to before publishing.
 */
export type WayToUnpack = "hosts" | "repack" | "before";

/** Which way there is for a packed file. A Java archive is a zip that its runtime reads as it is. */
export function wayToUnpack({ format, kind, packing }: Pick<Inspection, "format" | "kind" | "packing">): WayToUnpack {
  if (kind !== "Java archive" && ["gzip", "zstd", "zip"].includes(format)) return "hosts";
  return packing === "xz" || packing === "bzip2" ? "repack" : "before";
}

/**
 * Whether a packed file can be held against an older one, both unpacked: archives against archives however each is packed,
 * and programs against programs of their kind, since they may have been packed only now.
 */
export function isMeasurableAgainst(fresh: Inspection, older: Inspection): boolean {
  if (fresh.packing === undefined) return false;
  if (fresh.packing !== "upx") return older.packing !== undefined && older.packing !== "upx";
  return older.packing === "upx" || (older.isPacked !== true && older.format === fresh.format);
}

const WHAT_TO_DO: Readonly<Record<WayToUnpack, string>> = {
  hosts: "Hosts unpack it when the run spec says so.",
  repack: "Publish what is in it, or a tar.zst, which hosts unpack when the run spec says so.",
  before: "Publish what is in it, unpacked.",
};

/** The estimate as a sentence, and what to do about it. */
export function estimateWords(estimate: UnpackedEstimate, way: WayToUnpack): string {
  if (estimate.kind === "unknown") return estimate.reason;
  const { deltaBytes, packedBytes, fromVersion } = estimate;
  if (deltaBytes >= packedBytes)
    return `A delta of the unpacked files from ${fromVersion} would be about ${formatBytes(deltaBytes)}: unpacking would save nothing here.`;
  const what = `A delta of the unpacked files from ${fromVersion} would be about ${formatBytes(deltaBytes)} instead of ${formatBytes(packedBytes)}.`;
  return `${what} ${WHAT_TO_DO[way]}`;
}
