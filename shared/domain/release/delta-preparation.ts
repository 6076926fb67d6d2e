import { z } from "zod";
import { releaseId } from "../../lib/ids.ts";
import { durationMs, epochMs, semver, sha256Hex, sizeBytes } from "../../lib/scalars.ts";
import { deltaProgress } from "./delta-progress.ts";
import { deltaKind } from "./tree-delta.ts";

/** One delta of a release that is being published: what it makes, from which version, and what became of it. */
export const plannedDelta = z.object({
  artifactSha256: sha256Hex,
  fileName: z.string().max(200),
  /** The whole file, which it saves. */
  fullBytes: sizeBytes,
  fromVersion: semver,
  /** `dropped` is larger than it may be; `failed` and `skipped` say why in `message`. */
  state: z.enum(["pending", "running", "made", "dropped", "failed", "skipped"]),
  message: z.string().max(500),
  codec: deltaKind.optional(),
  sizeBytes: sizeBytes.optional(),
  /** Of the one that is being made. */
  progress: deltaProgress.optional(),
});
export type PlannedDelta = z.infer<typeof plannedDelta>;

/**
 * The making of a release's deltas, before its manifest is signed, once for all of its stores.
 *
 *     making ⇄ paused          making | paused ──all made, given up, skipped, time is up──▶ done
 */
export const deltaPreparation = z.object({
  releaseId,
  state: z.enum(["making", "paused", "done"]),
  /** What came of it, or who paused it. */
  message: z.string().max(500),
  /** How long making may take in all, and has taken; the delta that is being made is not counted yet. */
  limitMs: durationMs,
  usedMs: durationMs,
  startedAt: epochMs,
  finishedAt: epochMs.optional(),
  deltas: z.array(plannedDelta).max(64 * 16),
});
export type DeltaPreparation = z.infer<typeof deltaPreparation>;
