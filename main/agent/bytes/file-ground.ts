import { rename } from "node:fs/promises";
import { fileSize } from "#main/node/file-size.ts";
import { AppError } from "#shared/errors/app-error.ts";
import type { ApplyDelta } from "./apply-in-child.ts";
import type { NamedFile } from "./choose-way-to-bytes.ts";
import type { DeltaGround, GroundStep } from "./delta-ground.ts";
import { findKeptFile, keptDigests } from "./kept-files.ts";
import type { WayFiles } from "./way-files.ts";

/** Deltas between released files, which kept versions hold as they came. */
export function fileGround(slots: string, files: WayFiles, target: NamedFile, applyDelta: ApplyDelta): DeltaGround {
  return {
    kept: () => keptDigests(slots),
    deltasOf: ({ deltas }) => deltas ?? [],
    findTarget: () => findKeptFile(slots, target),
    findStart: ({ from }) => findKeptFile(slots, from),
    goal: files.whole,
    between: (sha256) => files.made(sha256),
    isMade: async (path, { sizeBytes }) => (await fileSize(path)) === sizeBytes,
    apply: (step) => applyBetweenFiles(files, applyDelta, step),
  };
}

async function applyBetweenFiles(files: WayFiles, applyDelta: ApplyDelta, step: GroundStep): Promise<void> {
  const { delta, to } = step.hop;
  if (delta.codec === "tree") throw new AppError("DELTA_INVALID", "The delta leads between folders; no file was made with it.");
  const expected = { oldBytes: delta.from.sizeBytes, oldSha256: delta.from.sha256, newBytes: to.sizeBytes, newSha256: to.sha256 };
  await applyDelta({ deltaPath: files.delta(delta.sha256), oldPath: step.from, newPath: step.making, expected }, step.signal);
  await step.beforeVisible();
  await rename(step.making, step.to);
}
