import { z } from "zod";

/**
 * When a started process is ready to serve.
 *
 * - `probe`: at its first good answer; what a run spec with a probe and without this field does.
 * - `pipe`: when it writes a byte or a line to the descriptor that `ROLLCALL_READY_FD` names (as s6's notification-fd).
 * - `ipc`: when it says so over the application's own socket.
 *
 * Without this field and without a probe a process is ready when it runs.
 */
export const readiness = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("probe") }),
  z.object({ kind: z.literal("pipe") }),
  z.object({ kind: z.literal("ipc") }),
]);
export type Readiness = z.infer<typeof readiness>;
