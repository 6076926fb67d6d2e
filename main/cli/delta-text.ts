import type { DeltaPreparation, PlannedDelta } from "#shared/domain/release/delta-preparation.ts";
import { progressWords } from "#shared/domain/release/delta-progress.ts";
import { deltaShare } from "#shared/domain/release/delta-words.ts";
import { formatBytes } from "#shared/lib/format.ts";
import { table } from "./output.ts";

/** How far the making of deltas is, as one line, and the part of it at which a log gets a new one. */
export function deltaProgress({ state, deltas }: DeltaPreparation): { readonly text: string; readonly mark: string } {
  const ended = deltas.filter((one) => one.state !== "pending" && one.state !== "running").length;
  const now = deltas.find((one) => one.state === "running");
  const what =
    now === undefined
      ? ""
      : `: ${now.fileName} from ${now.fromVersion}${now.progress === undefined ? "" : `, ${progressWords(now.progress)}`}`;
  return {
    text: `${state === "paused" ? "paused" : "makes"} deltas, ${ended} of ${deltas.length}${what}`,
    mark: `deltas ${state} ${ended} ${now?.progress?.stage ?? ""}`,
  };
}

/** Every delta of a release with what became of it. */
export function deltaTable(deltas: readonly PlannedDelta[]): readonly string[] {
  const rows = deltas.map((one) => [
    one.fileName,
    one.fromVersion,
    one.state,
    one.sizeBytes === undefined ? "" : formatBytes(one.sizeBytes),
    one.sizeBytes === undefined ? "" : deltaShare(one.sizeBytes, one.fullBytes),
    one.codec ?? "",
    one.progress === undefined ? one.message : progressWords(one.progress),
  ]);
  return table(["FILE", "FROM", "STATE", "SIZE", "OF FULL", "CODEC", "NOTE"], rows, "None were to be made.");
}
