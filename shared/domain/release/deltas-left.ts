import type { DeltaPreparation, PlannedDelta } from "./delta-preparation.ts";

/**
 * How long the making of all deltas of a release still takes, in milliseconds: at the pace of the one that is being made, by
 * the sizes of the others, and never longer than it may. Undefined while nobody can tell, and while nothing is made.
 */
export function deltasLeftMs({ state, deltas, limitMs, usedMs }: DeltaPreparation): number | undefined {
  const now = deltas.find((one) => one.state === "running");
  const leftMs = now?.progress?.leftMs;
  if (state !== "making" || now === undefined || leftMs === undefined || now.fullBytes === 0) return undefined;
  const wholeMs = leftMs / Math.max(0.01, 1 - (now.progress?.share ?? 0));
  const isToDo = ({ state: own }: PlannedDelta): boolean => own === "pending";
  const othersMs = deltas.filter(isToDo).reduce((sum, one) => sum + (wholeMs * one.fullBytes) / now.fullBytes, 0);
  return Math.min(leftMs + othersMs, Math.max(0, limitMs - usedMs));
}
