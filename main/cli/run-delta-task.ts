import { AppError } from "#shared/errors/app-error.ts";
import { formatBytes } from "#shared/lib/format.ts";
import { progressWords, withTimeLeft } from "#shared/domain/release/delta-progress.ts";
import type { DeltaTask } from "#main/adapters/delta-process/delta-messages.ts";
import { forkDeltaProcess } from "#main/adapters/delta-process/fork-delta-process.ts";
import { runDeltaProcess } from "#main/adapters/delta-process/run-delta-process.ts";
import type { DeltaOutcome } from "#main/control-plane/ports/delta-maker.ts";
import type { CommandContext } from "./command.ts";

/** Part of the free memory that a command may use. */
const FREE_PART = 0.9;

/**
 * Does the work of one command about deltas in a process of its own, so that the keyboard is heard while it computes.
 * Whatever lies at and beside `outPath` afterwards is the caller's to remove.
 *
 * @param title what the lines of progress begin with.
 * @throws AppError CANCELLED once the person has stopped it, INPUT_TOO_LARGE when the free memory does not suffice, and
 *   ARTIFACT_ARCHIVE_REFUSED for what cannot be unpacked or compared.
 */
export async function runDeltaTask(
  { output, signal }: Pick<CommandContext, "output" | "signal">,
  task: Omit<DeltaTask, "memoryBytes">,
  title: string,
): Promise<Extract<DeltaOutcome, { readonly kind: "made" }>> {
  const begunMs = performance.now();
  const memoryBytes = Math.floor(process.availableMemory() * FREE_PART);
  const outcome = await runDeltaProcess(forkDeltaProcess, {
    task: { ...task, memoryBytes },
    logger: { warn: () => undefined },
    signal,
    onProgress: (progress) =>
      output.progress(`${title}: ${progressWords(withTimeLeft(progress, performance.now() - begunMs))}`, progress.stage),
  });
  output.progressEnd();
  if (outcome.kind === "made") return outcome;
  if (outcome.kind === "failed") throw new AppError("ARTIFACT_ARCHIVE_REFUSED", outcome.reason);
  const free = formatBytes(memoryBytes);
  throw new AppError("INPUT_TOO_LARGE", `${title}: it takes more than the ${free} of memory that are free; nothing was made.`);
}
