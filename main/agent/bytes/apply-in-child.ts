import { spawn, type ChildProcess } from "node:child_process";
import type { Readable } from "node:stream";
import { AppError, fromWire } from "#shared/errors/app-error.ts";
import { APPLY_VERB, applyAnswer, MAX_APPLY_LINE_BYTES, type ApplyAnswer, type ApplyOrder } from "./apply-order.ts";

/** Applies one delta; resolves once the new file or folder is whole and flushed. */
export type ApplyDelta = (order: ApplyOrder, signal: AbortSignal) => Promise<void>;

/** Time that applying may take: a start on a busy machine, and a disk that writes one MiB a second. */
const BASE_TIME_MS = 60_000;
const BYTES_PER_MS = 1024;
/** What a tree may take in all is a bound against bombs, and far above what most of them have. */
const MOST_TIME_MS = 30 * 60_000;

/**
 * Applies deltas in a process of its own, which is killed when `signal` aborts or when it takes too long.
 *
 * @param program what runs the agent, before its verb: the runtime, its options, the agent's file.
 * What it returns throws AppError CANCELLED; DELTA_INVALID when the delta does not lead where it should, or not in time;
 * ENV_DISK_FULL; INTERNAL when the process ended without a word, as one does whose memory the system took.
 */
export function applyInChild(program: readonly string[]): ApplyDelta {
  return async (order, signal) => {
    const [command = "", ...args] = program;
    const limit = AbortSignal.timeout(timeFor(order));
    const child = spawn(command, [...args, APPLY_VERB], {
      stdio: ["pipe", "pipe", "ignore"],
      signal: AbortSignal.any([signal, limit]),
      killSignal: "SIGKILL",
    });
    // The pipe stays open: its end would tell the child that the agent is gone.
    child.stdin.on("error", () => undefined);
    child.stdin.write(`${JSON.stringify(order)}\n`);
    const [text, ended] = await Promise.all([readLine(child.stdout), endOf(child)]);
    if (signal.aborted) throw new AppError("CANCELLED", "Applying the delta was stopped; nothing was made.");
    if (limit.aborted) throw new AppError("DELTA_INVALID", "Applying the delta took too long and was stopped; nothing was made.");
    const answer = parseAnswer(text);
    if (answer === undefined) throw new AppError("INTERNAL", `Applying the delta ended without a word (${ended}); nothing was made.`);
    if (answer.outcome === "failed") throw fromWire(answer);
  };
}

function timeFor(order: ApplyOrder): number {
  if ("tree" in order) return Math.min(MOST_TIME_MS, BASE_TIME_MS + Math.ceil(order.tree.totalBytes / BYTES_PER_MS));
  return BASE_TIME_MS + Math.ceil(order.expected.newBytes / BYTES_PER_MS);
}

/** What came first on the output, bounded; the rest is read and forgotten. */
async function readLine(output: Readable): Promise<string> {
  let text = "";
  output.setEncoding("utf8");
  try {
    for await (const piece of output) if (text.length <= MAX_APPLY_LINE_BYTES) text += String(piece);
  } catch {
    // The process was killed; what it said before counts.
  }
  return text;
}

function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once("error", (thrown) => {
      if (child.pid === undefined) resolve(thrown.message);
    });
    child.once("exit", (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
}

function parseAnswer(text: string): ApplyAnswer | undefined {
  try {
    const document: unknown = JSON.parse(text);
    return applyAnswer.safeParse(document).data;
  } catch {
    return undefined;
  }
}
