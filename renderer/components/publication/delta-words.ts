import { deltaShare } from "#shared/domain/release/delta-words.ts";
import type { DeltaPreparation, PlannedDelta } from "#shared/domain/release/delta-preparation.ts";
import { deltasLeftMs } from "#shared/domain/release/deltas-left.ts";
import { progressWords } from "#shared/domain/release/delta-progress.ts";
import { formatBytes, formatDuration } from "#shared/lib/format.ts";
import type { StateLook } from "../state-status.ts";

/** What a person may ask of the making of deltas. */
export type DeltaVerb = "pause" | "resume" | "retry" | "skip";

const PREPARATIONS = {
  making: { status: "progressing", word: "Being made" },
  paused: { status: "paused", word: "Paused" },
  done: { status: "healthy", word: "Done" },
} as const satisfies Record<DeltaPreparation["state"], StateLook>;

const DELTAS = {
  pending: { status: "unknown", word: "To do" },
  running: { status: "progressing", word: "Being made" },
  made: { status: "healthy", word: "Made" },
  dropped: { status: "paused", word: "Dropped" },
  failed: { status: "failed", word: "Not made" },
  skipped: { status: "paused", word: "Not made" },
} as const satisfies Record<PlannedDelta["state"], StateLook>;

/** How the making of deltas looks. */
export const preparationLook = (state: DeltaPreparation["state"]): StateLook => PREPARATIONS[state];

/** How one delta looks. */
export const deltaLook = (state: PlannedDelta["state"]): StateLook => DELTAS[state];

/** Size and part of the full file, how far it is, or why there is none. The time that is left stands beside the whole. */
export function deltaNote({ state, message, sizeBytes, fullBytes, progress }: PlannedDelta): string {
  if (progress !== undefined) return progressWords({ stage: progress.stage, share: progress.share });
  if (state === "made" && sizeBytes !== undefined)
    return `${formatBytes(sizeBytes)} instead of ${formatBytes(fullBytes)} · ${deltaShare(sizeBytes, fullBytes)}`;
  return message === "" ? formatBytes(fullBytes) : message;
}

/** How long it still takes: at the pace so far where that is known, and what it may take at most. */
function timeWords(preparation: DeltaPreparation): string {
  const leftMs = deltasLeftMs(preparation);
  const most = `${formatDuration(Math.max(0, preparation.limitMs - preparation.usedMs))} at most`;
  return leftMs === undefined ? `${most} to go` : `about ${formatDuration(Math.max(1000, leftMs))} left, ${most}`;
}

/** How far it is: by the bytes of the files that are dealt with, and the part of the one that is being made. */
export function deltasDone(preparation: DeltaPreparation): { readonly share: number; readonly words: string } {
  const { deltas } = preparation;
  const ended = deltas.filter((one) => one.state !== "pending" && one.state !== "running");
  const bytes = (all: readonly PlannedDelta[]): number => all.reduce((sum, one) => sum + one.fullBytes, 0);
  const words = `${ended.length} of ${deltas.length} dealt with · ${timeWords(preparation)}`;
  const begun = deltas.reduce((sum, one) => sum + one.fullBytes * (one.progress?.share ?? 0), 0);
  return { share: bytes(deltas) === 0 ? 1 : (bytes(ended) + begun) / bytes(deltas), words };
}
