import { z } from "zod";
import { fetchedRelease } from "#shared/domain/host/fetched.ts";
import { hookWait, hostFailure, hostPhase, hostQuarantine, runningRelease } from "#shared/domain/host/reported.ts";
import { productId } from "#shared/domain/release/release.ts";
import { applicationId, grantId } from "#shared/lib/ids.ts";
import { epochMs, sizeBytes } from "#shared/lib/scalars.ts";

/** The release an attempt is about. The size bounds the download. */
export const targetRelease = runningRelease.extend({ sizeBytes });
export type TargetRelease = z.infer<typeof targetRelease>;

/** A version whose bytes and manifest were verified here. `proven` ones have passed their probation on this host once. */
export const installedRelease = runningRelease.extend({ proven: z.boolean(), usedAt: epochMs });
export type InstalledRelease = z.infer<typeof installedRelease>;

/**
 * A release on its way in. Nothing that serves is touched before the switch, so any of these may be dropped at any time.
 *
 *     downloading → verifying → vetting → staged → (switch)   a kept slot enters at verifying and needs no network
 *
 * `vetting`: in its slot, and its own program or hook is asked. Only releases that want it, and are not proven here, pass
 * through it; to everybody else it is a part of `verifying`.
 */
export const candidate = z.object({
  state: z.enum(["downloading", "verifying", "vetting", "staged"]),
  target: targetRelease,
  grantId,
  /** What bringing its bytes here has taken; absent before they are here, and where an older agent brought them. */
  fetched: fetchedRelease.optional(),
  /** Durable, so that a restart of the agent neither forgets the hook nor asks it at once. */
  waiting: hookWait.optional(),
});
export type Candidate = z.infer<typeof candidate>;

/** Whether there was a link to the control plane when the switch began. */
const wasReached = z.boolean().optional();

/**
 * What serves.
 *
 *     nothing ─switch─▶ switching ─▶ probation ─▶ healthy ─switch─▶ switching …
 *                                       │            └─ a late crash loop, if its policy says so ─┐
 *                                       └─▶ reverting ◀───────────────────────────────────────────┘
 *                                              └─▶ healthy (the fallback) | nothing (a first install)
 *
 * `fallback` is the last version known to be good. `switching` and `reverting` are entered before anything is stopped
 * and name everything needed to finish, so that a start after a kill -9 completes them.
 */
export const serving = z.discriminatedUnion("state", [
  z.object({ state: z.literal("nothing") }),
  z.object({ state: z.literal("switching"), to: targetRelease, grantId, fallback: runningRelease.optional(), wasReached }),
  z.object({
    state: z.literal("probation"),
    release: runningRelease,
    grantId,
    fallback: runningRelease.optional(),
    crashes: z.int().min(0),
    wasReached,
  }),
  z.object({ state: z.literal("healthy"), release: runningRelease }),
  z.object({
    state: z.literal("reverting"),
    bad: runningRelease,
    /** Absent when the version had passed its probation long ago, so that no grant was under way. */
    grantId: grantId.optional(),
    fallback: runningRelease.optional(),
    failure: hostFailure,
  }),
]);
export type Serving = z.infer<typeof serving>;

/** How the last attempt ended. `idle` means stopped without a verdict: the host lost the permission. */
export const outcome = z.object({
  phase: z.enum(["healthy", "failed", "reverted", "idle"]),
  release: runningRelease,
  grantId: grantId.optional(),
  failure: hostFailure.optional(),
  at: epochMs,
});
export type Outcome = z.infer<typeof outcome>;

/** A phase that was entered and is not in the outbox yet. Written with the transition itself, so that none is lost. */
export const phaseNote = z.object({
  phase: hostPhase,
  release: runningRelease,
  grantId: grantId.optional(),
  failure: hostFailure.optional(),
  fetched: fetchedRelease.optional(),
  at: epochMs,
});
export type PhaseNote = z.infer<typeof phaseNote>;

/** Everything this host knows about one application. Durable before anything is done because of it. */
export const journal = z.object({
  schema: z.literal(1),
  applicationId,
  productId,
  serving,
  candidate: candidate.optional(),
  outcome: outcome.optional(),
  installed: z.array(installedRelease).max(64),
  quarantine: z.array(hostQuarantine).max(64),
  /** Grants that are over here, newest last. None of them begins anything again, whatever arrives late. */
  spentGrants: z.array(grantId).max(32),
  unreported: z.array(phaseNote).max(64),
  /** What ran here before the first install, and whether its own process has been ended. */
  legacy: z.object({ release: runningRelease, isStopped: z.boolean() }).optional(),
});
export type Journal = z.infer<typeof journal>;

/** The journal of an application that this host has just heard of. */
export function emptyJournal(identity: Pick<Journal, "applicationId" | "productId">): Journal {
  return { schema: 1, ...identity, serving: { state: "nothing" }, installed: [], quarantine: [], spentGrants: [], unreported: [] };
}
