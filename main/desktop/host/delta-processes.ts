import { dirname, resolve, sep } from "node:path";
import type { DeltaProcess, DeltaTask } from "#main/adapters/delta-process/delta-messages.ts";
import { coreReport } from "./core-messages.ts";
import type { CoreProcess } from "./core-process.ts";

/** What the main process brings. */
export type DeltaOffer = {
  readonly start: () => DeltaProcess;
  /** The folder that every file of a task must lie in. */
  readonly folder: string;
  readonly log: (event: string, facts: Readonly<Record<string, unknown>>) => void;
};

/**
 * Starts processes that make deltas for the control plane's process, and ends them with it. Files outside of the folder
 * that is theirs are refused: whoever took over the control plane's process must not read or write others through this one.
 */
export function offerDeltaProcesses<Port>(core: CoreProcess<Port>, { start, folder, log }: DeltaOffer): void {
  const running = new Map<number, DeltaProcess>();
  const begin = (id: number, task: DeltaTask): void => {
    if (!isWithin(folder, task)) {
      log("core.delta-refused", {});
      return core.post({ kind: "deltaEnded", id, code: null });
    }
    const child = start();
    running.set(id, child);
    child.onMessage((message) => core.post({ kind: "deltaSays", id, message }));
    child.onExit((code) => {
      if (running.delete(id)) core.post({ kind: "deltaEnded", id, code });
    });
    child.post(task);
  };
  core.onMessage((message) => {
    const report = coreReport.safeParse(message).data;
    if (report?.kind === "startDelta") begin(report.id, report.task);
    if (report?.kind === "endDelta") running.get(report.id)?.kill();
  });
  core.onExit(() => {
    for (const child of running.values()) child.kill();
    running.clear();
  });
}

function isWithin(folder: string, { oldPath, newPath, outPath }: DeltaTask): boolean {
  return [oldPath, newPath, outPath].every((path) => resolve(dirname(path)).startsWith(`${resolve(folder)}${sep}`));
}
