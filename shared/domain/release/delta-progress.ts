import { z } from "zod";
import { formatDuration } from "../../lib/format.ts";
import { durationMs } from "../../lib/scalars.ts";
import type { DeltaKind } from "./tree-delta.ts";

/** What the making of a delta is at (docs/delta-format.md has the terms). */
export const deltaStage = z.enum(["fetching", "unpacking", "sorting", "matching", "compressing"]);
export type DeltaStage = z.infer<typeof deltaStage>;

/** How far one delta is: of all that is tried for it, from 0 to 1. Where nobody knows, the share stays as it was. */
export const deltaProgress = z.object({
  stage: deltaStage,
  share: z.number().min(0).max(1),
  /** How long it still takes at the pace so far; absent while nobody can tell. */
  leftMs: durationMs.optional(),
});
export type DeltaProgress = z.infer<typeof deltaProgress>;

/** Part of the time that the quick codec takes where the thorough one is tried after it: 9 of 133 s with 126 MB. */
const QUICK_PART = 0.07;

/** How far a delta is when the try with `codec` is at `progress`, of all `codecs` that are tried in this order. */
export function shareOfTries(codecs: readonly DeltaKind[], codec: DeltaKind, progress: DeltaProgress): DeltaProgress {
  const [first] = codecs;
  if (codecs.length < 2) return progress;
  const { stage, share } = progress;
  return { stage, share: codec === first ? share * QUICK_PART : QUICK_PART + share * (1 - QUICK_PART) };
}

const WORDS: Readonly<Record<DeltaStage, string>> = {
  fetching: "fetching both files",
  unpacking: "unpacking both archives",
  sorting: "sorting the old bytes",
  matching: "looking for the old bytes in the new ones",
  compressing: "compressing",
};

/** Below these a pace is no more than a guess. */
const TOLD_FROM_SHARE = 0.05;
const TOLD_FROM_MS = 2000;

/** Adds how long it still takes, when `elapsedMs` brought it as far as it is. */
export function withTimeLeft(progress: DeltaProgress, elapsedMs: number): DeltaProgress {
  const { stage, share } = progress;
  if (share < TOLD_FROM_SHARE || elapsedMs < TOLD_FROM_MS) return { stage, share };
  return { stage, share, leftMs: Math.round((elapsedMs * (1 - share)) / share) };
}

/** The same for people: "sorting the old bytes, 41 %, about 40 s left". */
export function progressWords({ stage, share, leftMs }: DeltaProgress): string {
  const left = leftMs === undefined ? "" : `, about ${formatDuration(Math.max(1000, leftMs))} left`;
  return `${WORDS[stage]}, ${Math.floor(share * 100)} %${left}`;
}
