import { z } from "zod";
import { runningRelease } from "#shared/domain/host/reported.ts";
import { durationMs } from "#shared/lib/scalars.ts";
import { DurableDocument } from "../state/durable-document.ts";
import { processIdentity } from "./stored-identity.ts";

/**
 * A process beside the one that serves: it gets ready to take over, or it was taken over from and ends its requests. To
 * an agent that finds it here both are the same: it does not serve, and it is to end.
 */
export const besideRecord = z.object({
  process: processIdentity,
  release: runningRelease,
  /** Until when it may take, on this boot's monotonic clock; undefined while nobody has asked it to end. */
  untilMs: z.number().optional(),
  stopDeadlineMs: durationMs,
});
export type BesideRecord = z.infer<typeof besideRecord>;

/**
 * Which process runs which version. On disk before a process's first instruction, gone only when the process is.
 * `process` serves; agents from before there was anything beside it read that alone.
 */
export const runRecord = z.object({
  schema: z.literal(1),
  process: processIdentity,
  release: runningRelease,
  stopDeadlineMs: durationMs,
  machineBoot: z.string().max(64).optional(),
  beside: z.array(besideRecord).max(16).optional(),
});
export type RunRecord = z.infer<typeof runRecord>;

/** The record of one application. */
export function runRecordDocument(path: string): DurableDocument<RunRecord> {
  return new DurableDocument(path, runRecord);
}
