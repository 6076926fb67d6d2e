import { z } from "zod";
import { runHooks } from "./run-hooks.ts";

/** Versions that a host keeps when the run spec does not say, the serving one among them. */
export const KEPT_SLOTS = 5;

/** What a host does with the files of a version before it runs, and how many versions it keeps. */
export const slotFields = z.object({
  /** The artifact is a tar, tar.gz, tar.zst or zip archive, which is unpacked; `{slot}` is its folder. */
  unpack: z.literal(true).optional(),
  /**
   * Runs a new version once with a random token in `ROLLCALL_SANITY_TOKEN`. It must print it within five seconds, or the
   * version does not get as far as the switch.
   */
  sanityToken: z.literal(true).optional(),
  hooks: runHooks.optional(),
  /** Versions on disk, the serving one and the one before among them. Without it {@link KEPT_SLOTS}. */
  keptSlots: z.int().min(2).max(32).optional(),
  /** Bytes that all versions together may take, unpacked. The serving one and the one before stay whatever they take. */
  diskBudgetBytes: z
    .int()
    .min(1024 * 1024)
    .max(2 ** 40)
    .optional(),
});
