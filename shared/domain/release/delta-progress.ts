import { z } from "zod";
import type { DeltaKind } from "./tree-delta.ts";

/** What the making of a delta is at (docs/delta-format.md has the terms). */
export const deltaStage = z.enum(["fetching", "unpacking", "sorting", "matching", "compressing"]);
export type DeltaStage = z.infer<typeof deltaStage>;

/** How far one delta is: of all that is tried for it, from 0 to 1. Where nobody knows, the share stays as it was. */
export const deltaProgress = z.object({ stage: deltaStage, share: z.number().min(0).max(1) });
export type DeltaProgress = z.infer<typeof deltaProgress>;

/** Part of the time that the quick codec takes where the thorough one is tried after it. */
const QUICK_PART = 0.1;

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

/** The same for people: "sorting the old bytes, 41 %". */
export function progressWords({ stage, share }: DeltaProgress): string {
  return `${WORDS[stage]}, ${Math.floor(share * 100)} %`;
}
