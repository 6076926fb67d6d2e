import { z } from "zod";
import { durationMs } from "../../lib/scalars.ts";
import { commandArgument } from "./command-argument.ts";

/** EX_TEMPFAIL of sysexits.h: how a hook says "not now, ask again later". */
export const HOOK_NOT_NOW = 75;
/** How long a hook has when its run spec does not say. */
export const HOOK_TIMEOUT_MS = 60_000;

/** A program that a host runs at a moment of an update, without a shell. `{artifact}` and `{slot}` are replaced. */
export const runHook = z.object({
  command: commandArgument,
  arguments: z.array(commandArgument).max(64).optional(),
  /** Then it is killed with everything that it started, and counts as failed. Without it one minute. */
  timeoutMs: durationMs.min(100).max(3_600_000).optional(),
});
export type RunHook = z.infer<typeof runHook>;

/** The hooks of a run spec, each at its moment. */
export const runHooks = z.object({
  /**
   * Runs when the new version is in its slot, before the host asks for the switch. Exit 0 lets it go on, 75 asks again
   * later, anything else fails the update. A version that has served well on this host is let back without being asked.
   */
  preUpgrade: runHook.optional(),
});
export type RunHooks = z.infer<typeof runHooks>;
