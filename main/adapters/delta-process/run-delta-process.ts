import { AppError } from "#shared/errors/app-error.ts";
import { formatBytes } from "#shared/lib/format.ts";
import type { DeltaProgress } from "#shared/domain/release/delta-progress.ts";
import type { DeltaOutcome } from "#main/control-plane/ports/delta-maker.ts";
import type { Logger } from "#main/control-plane/ports/logger.ts";
import { deltaReport, type DeltaReport, type DeltaTask, type StartDeltaProcess } from "./delta-messages.ts";

type LastWords = Exclude<DeltaReport, { readonly kind: "priority" | "progress" }>;

/** What one run goes by. */
export type DeltaRun = {
  readonly task: DeltaTask;
  readonly logger: Pick<Logger, "warn">;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: DeltaProgress) => void;
};

/**
 * Runs one process to its end. One that ends without a word has crashed, or was ended by the system for its memory.
 *
 * @throws AppError CANCELLED once `signal` has ended; the process has ended then, too.
 */
export async function runDeltaProcess(start: StartDeltaProcess, { task, logger, signal, onProgress }: DeltaRun): Promise<DeltaOutcome> {
  const stopped = new AppError("CANCELLED", "The making of the delta was stopped.");
  if (signal.aborted) throw stopped;
  const child = start();
  let lastWords: LastWords | undefined;
  child.onMessage((message) => {
    const report = deltaReport.safeParse(message).data;
    if (report?.kind === "priority") {
      if (!report.isLow) logger.warn({}, "the system refused to run the making of deltas at low priority; it runs at the usual one");
    } else if (report?.kind === "progress") onProgress({ stage: report.stage, share: report.share });
    else lastWords ??= report;
  });
  const exit = new Promise<number | null>((settle) => {
    child.onExit(settle);
  });
  const kill = (): void => child.kill();
  signal.addEventListener("abort", kill, { once: true });
  try {
    child.post(task);
    const code = await exit;
    if (signal.aborted) throw stopped;
    return outcomeOf(lastWords, code, task);
  } finally {
    signal.removeEventListener("abort", kill);
  }
}

function outcomeOf(lastWords: LastWords | undefined, code: number | null, task: DeltaTask): DeltaOutcome {
  switch (lastWords?.kind) {
    case "made":
      return { ...lastWords, codec: task.codec === "measure" ? "dictionary" : task.codec, path: task.outPath };
    case "overMemory":
      return { kind: "over-memory" };
    case "failed":
      return { kind: "failed", reason: lastWords.reason };
    case undefined: {
      const end = code === null ? "was ended" : `ended with ${code}`;
      return { kind: "failed", reason: `the process that made it ${end} unexpectedly; it may use ${formatBytes(task.memoryBytes)}` };
    }
  }
}
