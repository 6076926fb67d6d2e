import { z } from "zod";
import { durationMs } from "../../lib/scalars.ts";

/**
 * What becomes of a version that ends although nobody stopped it. It concerns the time after probation: within it every
 * end by itself counts as a crash, unless the policy calls it an orderly end.
 */
export const restartPolicy = z.object({
  /** `on-failure` takes exit code 0 for an orderly end, `never` any end; the application then rests until someone restarts it. */
  policy: z.enum(["always", "on-failure", "never"]),
  /** The longest wait before another start; waits grow up to it. Without it a minute. */
  maxDelayMs: durationMs.min(500).max(3_600_000).optional(),
  /**
   * What becomes of a version whose probe fails as often as its threshold after probation: `restart` takes it for hung and
   * ends it. Without it, and with `report`, it is only told.
   */
  whenUnhealthy: z.enum(["report", "restart"]).optional(),
  /** What a crash loop long after probation does. Without it, and with `restart`, the version is only started again. */
  afterProbation: z.enum(["restart", "revert"]).optional(),
  /** With `revert`: crashes within `crashWindowMs` that make a crash loop. Without it the run spec's `crashLimit`. */
  crashLimit: z.int().min(1).max(100).optional(),
  /** With `revert`: the time within which those crashes must come. Without it ten minutes. */
  crashWindowMs: durationMs.min(1000).max(86_400_000).optional(),
});
export type RestartPolicy = z.infer<typeof restartPolicy>;
