import { constants, setPriority } from "node:os";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { deltaReport, deltaTask, type DeltaReport, type DeltaTask } from "./delta-messages.ts";
import { tellProgress } from "./tell-progress.ts";
import { writeDelta } from "./write-delta.ts";

/** Who started this process, as seen from within. */
export type DeltaStarter = {
  /** `sent` is called when it is out of this process. */
  post(report: DeltaReport, sent?: () => void): void;
  onMessage(listener: (message: unknown) => void): void;
  /** Called when the starter has gone, however it ended. */
  onGone(listener: () => void): void;
};

/** How often the memory is looked at: a table of a gigabyte takes longer to fill. */
const WATCH_MS = 50;

/**
 * The whole life of a process that makes one delta and ends. Its first thread keeps watch over memory and over whoever
 * started it; the work, which hears nothing while it computes, runs on a second one.
 *
 * @param file the program that calls this, which is what the second thread runs, too.
 */
export async function serveDelta(file: string, starter: () => DeltaStarter): Promise<void> {
  if (isMainThread) return supervise(file, starter());
  const post = (report: DeltaReport): void => parentPort?.postMessage(report);
  post({ kind: "made", ...(await writeDelta(deltaTask.parse(workerData), tellProgress(post))) });
}

function supervise(file: string, starter: DeltaStarter): void {
  starter.onGone(end);
  starter.onMessage((message) => {
    const task = deltaTask.safeParse(message);
    if (task.success) work(file, task.data, starter);
    else starter.post({ kind: "failed", reason: "its task cannot be read" }, end);
  });
}

function work(file: string, task: DeltaTask, starter: DeltaStarter): void {
  // Before the threads are made, since on Linux each takes over the priority of the one that makes it.
  starter.post({ kind: "priority", isLow: lowerPriority() });
  const worker = new Worker(file, { workerData: task });
  worker.on("message", (message) => {
    const report = deltaReport.parse(message);
    starter.post(report, report.kind === "progress" ? undefined : end);
  });
  worker.once("error", (thrown) => starter.post({ kind: "failed", reason: reasonOf(thrown) }, end));
  setInterval(() => {
    const usedBytes = process.memoryUsage.rss();
    if (usedBytes > task.memoryBytes) starter.post({ kind: "overMemory", usedBytes }, end);
  }, WATCH_MS);
}

/** Ends this process as it stands: an exit would wait for the thread that computes. */
function end(): void {
  process.kill(process.pid, "SIGKILL");
}

function lowerPriority(): boolean {
  try {
    setPriority(constants.priority.PRIORITY_LOW);
    return true;
  } catch {
    return false;
  }
}

function reasonOf(thrown: unknown): string {
  return (thrown instanceof Error ? thrown.message : String(thrown)).slice(0, 300);
}
