import { eventIterator } from "@orpc/contract";
import { z } from "zod";
import { metricFamily } from "../domain/metrics/metric-family.ts";
import { principal } from "../domain/access/permission.ts";
import { epochMs, sha256Hex, validityMs } from "../lib/scalars.ts";
import { procedure } from "./base.ts";

/** How fast one thing changed, so that clients know what to read again. `sequence` has no gaps within an epoch. */
export const liveEvent = z.object({
  sequence: z.int().min(0),
  at: epochMs,
  /** Past tense, `noun.verb`: `rollout.paused`. `live.restarted` says: read everything again. */
  topic: z.string().max(80),
  ids: z.record(z.string(), z.string()),
});
export type LiveEvent = z.infer<typeof liveEvent>;

/** What a person with a pager needs to know of the control plane itself. */
export const systemStatus = z.object({
  version: z.string(),
  name: z.string(),
  now: epochMs,
  startedAt: epochMs,
  shell: z.enum(["desktop", "server"]),
  urls: z.array(z.string()),
  trust: z.object({
    mode: z.enum(["server-held", "operator-held"]),
    rootSha256: sha256Hex,
    /** Expiry of each role's metadata. */
    expires: z.array(z.object({ role: z.string(), at: epochMs, lifetimeMs: validityMs })),
  }),
  storage: z.object({ dataFolder: z.string(), databaseBytes: z.int(), blobBytes: z.int(), blobCount: z.int(), freeBytes: z.int() }),
  /** How stored passwords, tokens and server-held keys are protected, as one sentence to people. */
  secrets: z.object({ protection: z.string().max(1000) }),
  agents: z.object({ connected: z.int(), enrolled: z.int() }),
});
export type SystemStatus = z.infer<typeof systemStatus>;

/** The control plane itself: how it is, who asks, and what changes. */
export const systemContract = {
  status: procedure({ permission: "view", fleetScope: "none" }).route({ method: "GET", path: "/system" }).output(systemStatus),
  /** What `/metrics` says, as data. Only for who may see every fleet. */
  metrics: procedure({ permission: "view", fleetScope: "service" })
    .route({ method: "GET", path: "/system/metrics" })
    .output(z.array(metricFamily).max(200)),
  whoami: procedure({ permission: "anyone", fleetScope: "none" }).route({ method: "GET", path: "/whoami" }).output(principal),
  /** Follows every change after `after`; starts at now without it. A gap that is gone from the log begins with `live.restarted`. */
  events: procedure({ permission: "view", fleetScope: "none" })
    .route({ method: "GET", path: "/events" })
    .input(z.object({ after: z.coerce.number().int().min(0).optional() }))
    .output(eventIterator(liveEvent)),
};
