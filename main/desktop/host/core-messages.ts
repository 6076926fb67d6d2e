import { z } from "zod";
import { deltaTask } from "#main/adapters/delta-process/delta-messages.ts";

/** Numbers of the control plane's own making, never used twice. */
const deltaProcessId = z.int().min(0);

/** What would stand still without the control plane: the rollouts that are under way, and what still arrives. */
export const standstill = z.strictObject({
  rollouts: z.array(z.strictObject({ title: z.string().max(300), state: z.string().max(40) })).max(50),
  /** Uploads and imports that have not ended. */
  uploads: z.int().min(0),
});
export type Standstill = z.infer<typeof standstill>;

/** What moves and what needs a person, for the tray and for notifications while the window is closed. */
export const activity = z.strictObject({
  moving: z.int().min(0),
  attention: z.array(z.strictObject({ title: z.string().max(300), detail: z.string().max(500), href: z.string().max(300) })).max(20),
});
export type Activity = z.infer<typeof activity>;

/**
 * What the desktop's main process tells the control plane's process. `secrets` comes first, `connect` when it is ready;
 * each travels with exactly one MessagePort.
 */
export const coreRequest = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("secrets") }),
  z.strictObject({ kind: z.literal("connect") }),
  z.strictObject({ kind: z.literal("askStandstill"), id: z.int().min(0) }),
  /** What a process that the control plane asked for says, and its end; see delta-relay.ts. */
  z.strictObject({ kind: z.literal("deltaSays"), id: deltaProcessId, message: z.unknown() }),
  z.strictObject({ kind: z.literal("deltaEnded"), id: deltaProcessId, code: z.int().nullable() }),
  z.strictObject({ kind: z.literal("stop") }),
]);
export type CoreRequest = z.infer<typeof coreRequest>;

/** What the control plane's process tells the main process. Validated there: a process boundary is an edge. */
export const coreReport = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("ready"), url: z.string().max(300) }),
  /** It cannot run, and a restart would not change that: a data folder in use, a newer database, a port taken. */
  z.strictObject({ kind: z.literal("refused"), code: z.string().max(80), message: z.string().max(1000), next: z.string().max(500) }),
  z.strictObject({ kind: z.literal("standstill"), id: z.int().min(0), standstill }),
  z.strictObject({ kind: z.literal("activity"), activity }),
  /** Asks for a process that makes a delta, since only the main process can start one, and for its end. */
  z.strictObject({ kind: z.literal("startDelta"), id: deltaProcessId, task: deltaTask }),
  z.strictObject({ kind: z.literal("endDelta"), id: deltaProcessId }),
  z.strictObject({ kind: z.literal("stopped") }),
]);
export type CoreReport = z.infer<typeof coreReport>;
