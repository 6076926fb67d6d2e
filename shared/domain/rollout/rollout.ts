import { z } from "zod";
import { applicationId, fleetId, groupId, hostId, releaseId, rolloutId, subscriptionId, waveId } from "../../lib/ids.ts";
import { durationMs, epochMs, reasonText, revision } from "../../lib/scalars.ts";

/**
 * What must hold before the next wave opens. Counts are over the members of the wave that are not excluded.
 * Bake time counts only while the control plane ran and the wave's hosts were reporting.
 */
export const gate = z.object({
  /** Share of finished members that must have succeeded, 0 to 100. */
  successPercent: z.number().min(0).max(100).default(100),
  /** Failures that are tolerated; one more trips the wave. */
  failureBudget: z.int().min(0).max(100_000).default(0),
  /** Members that must have finished before the percentage means anything. A smaller wave needs all of its members. */
  minimumSample: z.int().min(1).max(100_000).default(1),
  bakeMs: durationMs.default(60_000),
  /** A person must approve the step to the next wave. */
  approval: z.boolean().default(false),
});
export type Gate = z.infer<typeof gate>;

/** Which hosts of a group a wave takes, by hash(host id, rollout salt), so that previews are exact. */
export const waveSelector = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("all") }),
  z.object({ kind: z.literal("percent"), percent: z.number().gt(0).max(100) }),
  z.object({ kind: z.literal("count"), count: z.int().min(1).max(1_000_000) }),
]);
export type WaveSelector = z.infer<typeof waveSelector>;

/** One wave as an operator plans it. */
export const wavePlan = z.object({ groupId, selector: waveSelector, gate });
export type WavePlan = z.infer<typeof wavePlan>;

/**
 *     pending → open → baking → passed        open | baking → tripped ─ continued with a reason → open
 *
 * `open` serves its members; it becomes `baking` when all of them finished. Waves of a finished rollout that never
 * opened are `skipped`.
 */
export const waveState = z.enum(["pending", "open", "baking", "passed", "tripped", "skipped"]);
export type WaveState = z.infer<typeof waveState>;

/** A host's part in a wave. `excluded` hosts are shown with their reason and not counted by the gate. */
export const memberState = z.enum(["waiting", "updating", "succeeded", "failed", "excluded"]);
export type MemberState = z.infer<typeof memberState>;

/** See {@link memberState}. A rollout of several applications has one row per host and subscription. */
export const waveMember = z.object({ waveId, hostId, subscriptionId, state: memberState, reason: z.string().max(500), updatedAt: epochMs });
export type WaveMember = z.infer<typeof waveMember>;

/** A wave with what it has counted so far. */
export const wave = z.object({
  id: waveId,
  rolloutId,
  ordinal: z.int().min(0),
  groupId,
  selector: waveSelector,
  gate,
  state: waveState,
  openedAt: epochMs.optional(),
  /** Bake time credited so far. */
  bakedMs: durationMs,
  /** Up to when bake time has been judged. */
  bakeJudgedAt: epochMs.optional(),
  approvedBy: z.string().optional(),
  finishedAt: epochMs.optional(),
});
export type Wave = z.infer<typeof wave>;

/** What a rollout does to one subscription. */
export const rolloutTarget = z.object({ subscriptionId, applicationId, fromReleaseId: releaseId.optional(), toReleaseId: releaseId });
export type RolloutTarget = z.infer<typeof rolloutTarget>;

/**
 *     planned → running ⇄ paused → completed          any → superseded | aborted
 *                  └─ gate trips → tripped ─ continue with a reason → running
 *                                         └─ rollback → superseded
 */
export const rolloutState = z.enum(["planned", "running", "paused", "tripped", "completed", "superseded", "aborted"]);
export type RolloutState = z.infer<typeof rolloutState>;

/** States in which a rollout still holds its subscriptions. */
export const ACTIVE_ROLLOUT_STATES = ["planned", "running", "paused", "tripped"] as const satisfies readonly RolloutState[];

/** One attempt to bring subscriptions to releases. */
export const rollout = z.object({
  id: rolloutId,
  fleetId,
  kind: z.enum(["update", "rollback"]),
  state: rolloutState,
  targets: z.array(rolloutTarget).min(1).max(64),
  salt: z.string().max(64),
  reason: reasonText,
  createdAt: epochMs,
  createdBy: z.string(),
  startedAt: epochMs.optional(),
  finishedAt: epochMs.optional(),
  /** Who paused it or what tripped it, as one sentence. */
  stateReason: z.string().max(500),
  supersededBy: rolloutId.optional(),
  revision,
});
export type Rollout = z.infer<typeof rollout>;
