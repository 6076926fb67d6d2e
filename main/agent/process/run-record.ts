import { z } from "zod";
import { runningRelease } from "#shared/domain/host/reported.ts";
import { durationMs } from "#shared/lib/scalars.ts";
import { DurableDocument } from "../state/durable-document.ts";
import { processIdentity } from "./process-identity.ts";

/** Which process runs which version. On disk before the version's first instruction, gone only when the process is. */
export const runRecord = z.object({
  schema: z.literal(1),
  process: processIdentity,
  release: runningRelease,
  stopDeadlineMs: durationMs,
  machineBoot: z.string().max(64).optional(),
});
export type RunRecord = z.infer<typeof runRecord>;

/** The record of one application. */
export function runRecordDocument(path: string): DurableDocument<RunRecord> {
  return new DurableDocument(path, runRecord);
}
