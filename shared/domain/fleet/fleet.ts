import { z } from "zod";
import { applicationId, channelId, enrolmentTokenId, fleetId, groupId, releaseId, rolloutId, subscriptionId } from "../../lib/ids.ts";
import { displayName, epochMs, revision, slug } from "../../lib/scalars.ts";
import { policy } from "../rollout/policy.ts";

/** How fast all hosts of a fleet together may fetch artifacts through the control plane, in bytes a second: 16 KiB to 10 GiB. */
export const downloadRate = z
  .int()
  .min(16 * 1024)
  .max(10 * 2 ** 30);

/** A set of hosts with its own enrolment tokens; a hard boundary of access. */
export const fleet = z.object({
  id: fleetId,
  name: displayName,
  description: z.string().max(2000),
  /** Absent: as fast as they can. */
  downloadBytesPerSecond: downloadRate.optional(),
  createdAt: epochMs,
  revision,
});
export type Fleet = z.infer<typeof fleet>;

/** An ordered part of a fleet. Rollouts go through groups by `position`, lowest first. */
export const group = z.object({ id: groupId, fleetId, name: slug, position: z.int().min(0).max(999), revision });
export type Group = z.infer<typeof group>;

/** What an operator may read of an enrolment token; the secret is shown once, when it is made. */
export const enrolmentToken = z.object({
  id: enrolmentTokenId,
  fleetId,
  groupId,
  label: z.string().max(80),
  createdAt: epochMs,
  createdBy: z.string(),
  expiresAt: epochMs,
  maxUses: z.int().min(1).max(100_000),
  uses: z.int().min(0),
  requiresApproval: z.boolean(),
  revokedAt: epochMs.optional(),
});
export type EnrolmentToken = z.infer<typeof enrolmentToken>;

/**
 * A group × application. `target` is what its hosts should run once their wave is open; `previousTarget` is what
 * everyone else is offered meanwhile. `following` is false after a rollback detached it from its channel.
 */
export const subscription = z.object({
  id: subscriptionId,
  groupId,
  applicationId,
  channelId: channelId.optional(),
  following: z.boolean(),
  targetReleaseId: releaseId.optional(),
  previousTargetReleaseId: releaseId.optional(),
  policy,
  revision,
});
export type Subscription = z.infer<typeof subscription>;

/** One row of a subscription's version history. */
export const targetChange = z.object({
  id: z.int(),
  subscriptionId,
  at: epochMs,
  actor: z.string(),
  reason: z.string(),
  cause: z.enum(["rollout", "rollback", "channel", "initial"]),
  fromReleaseId: releaseId.optional(),
  toReleaseId: releaseId,
  rolloutId: rolloutId.optional(),
  outcome: z.enum(["in progress", "completed", "tripped", "superseded", "aborted"]),
});
export type TargetChange = z.infer<typeof targetChange>;
