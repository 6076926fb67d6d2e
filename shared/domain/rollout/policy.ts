import { z } from "zod";
import { durationMs } from "../../lib/scalars.ts";
import { isTimeZone } from "../../lib/time-zone.ts";

const clock = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, "a time such as 22:00");
const weekday = z.enum(["mon", "tue", "wed", "thu", "fri", "sat", "sun"]);

/** A weekly span in which updates may begin. `to` at or before `from` ends on the next day. */
export const updateWindow = z.object({ days: z.array(weekday).min(1).max(7), from: clock, to: clock });
export type UpdateWindow = z.infer<typeof updateWindow>;

/**
 * How fast and when a subscription may update. Waves bound how far; both apply. Absent limits do not limit.
 * `paused` means "stop offering": no new grant, running versions are left alone.
 */
export const policy = z.object({
  paused: z.boolean().default(false),
  /** IANA time zone of windows and blackout dates. */
  timeZone: z.string().max(64).refine(isTimeZone, "a time zone such as Europe/Berlin").default("UTC"),
  windows: z.array(updateWindow).max(28).default([]),
  /** Local dates (`2026-12-24`) on which nothing begins. */
  blackoutDates: z.array(z.iso.date()).max(366).default([]),
  /** At most `count` grants begin in any `intervalMs`. */
  rate: z.object({ count: z.int().min(1).max(100_000), intervalMs: durationMs.min(1000) }).optional(),
  /** At most this many hosts update at the same time. */
  concurrency: z.int().min(1).max(100_000).optional(),
  /** One host first; the others only after it succeeded and stayed healthy. */
  canaryFirst: z.boolean().default(false),
  /** A granted host that is silent or unfinished for this long has failed. */
  updateTimeoutMs: durationMs.min(1000).default(600_000),
  /** A rollout to an older version is refused unless it is a rollback. */
  allowDowngrade: z.boolean().default(false),
  /** A rollback does not wait for windows, the rate cap or a canary. The concurrency cap always holds. */
  expediteRollback: z.boolean().default(true),
});
export type Policy = z.infer<typeof policy>;

/** The policy of a new subscription. */
export const DEFAULT_POLICY: Policy = policy.parse({});
