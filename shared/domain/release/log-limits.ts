import { z } from "zod";

/** How much of what an application writes a host keeps: the present file and those before it. */
export const logLimits = z.object({
  /** Bytes of one file, from 64 KiB to 1 GiB. Without it 1 MiB. */
  maxBytes: z.int().min(65_536).max(1_073_741_824).optional(),
  /** Files before the present one. Without it one. */
  files: z.int().min(1).max(20).optional(),
});
export type LogLimits = z.infer<typeof logLimits>;
