import { eventIterator } from "@orpc/contract";
import { z } from "zod";
import { downloadRate, enrolmentToken, fleet, group, subscription, targetChange } from "../domain/fleet/fleet.ts";
import { applicationWait } from "../domain/host/application-wait.ts";
import { host, labels } from "../domain/host/host.ts";
import { reportedApplication } from "../domain/host/reported.ts";
import { policy } from "../domain/rollout/policy.ts";
import {
  applicationId,
  channelId,
  commandId,
  enrolmentTokenId,
  fleetId,
  groupId,
  hostId,
  releaseId,
  rolloutId,
  subscriptionId,
} from "../lib/ids.ts";
import { displayName, durationMs, epochMs, pageInput, reasonText, revision, semver, slug } from "../lib/scalars.ts";
import { pageOf, procedure } from "./base.ts";

/** A subscription with the words people know it by. */
export const subscriptionRow = subscription.extend({
  fleetId,
  groupName: z.string(),
  applicationName: z.string(),
  productId: z.string(),
  channelName: z.string().optional(),
  targetVersion: semver.optional(),
  previousTargetVersion: semver.optional(),
  /** Set when it left its channel: "held back at 1.4.2; stable is at 1.5.0". */
  heldBack: z.string().optional(),
  activeRolloutId: rolloutId.optional(),
});
export type SubscriptionRow = z.infer<typeof subscriptionRow>;

/** A group with its subscriptions and how many of its hosts are connected. */
export const groupRow = group.extend({ hosts: z.int(), connected: z.int(), subscriptions: z.array(subscriptionRow) });
export type GroupRow = z.infer<typeof groupRow>;

/** A fleet with its groups in the order in which rollouts take them. */
export const fleetRow = fleet.extend({ groups: z.array(groupRow), hosts: z.int(), connected: z.int() });
export type FleetRow = z.infer<typeof fleetRow>;

/** Fleets and their ordered groups. */
export const fleetsContract = {
  list: procedure({ permission: "view", fleetScope: "service" }).route({ method: "GET", path: "/fleets" }).output(z.array(fleetRow)),
  get: procedure({ permission: "view", fleetScope: "input" })
    .route({ method: "GET", path: "/fleets/{fleetId}" })
    .input(z.object({ fleetId }))
    .output(fleetRow),
  create: procedure({ permission: "fleet.manage", fleetScope: "none" })
    .route({ method: "POST", path: "/fleets", successStatus: 201 })
    .input(
      z.object({
        name: displayName,
        description: z.string().max(2000).default(""),
        groups: z.array(slug).min(1).max(50).default(["canary", "early", "everyone"]),
      }),
    )
    .output(fleetRow),
  update: procedure({ permission: "fleet.manage", fleetScope: "input" })
    .route({ method: "PATCH", path: "/fleets/{fleetId}" })
    .input(
      z.object({
        fleetId,
        revision,
        name: displayName,
        description: z.string().max(2000),
        /** Null lifts the bound; absent leaves it. */
        downloadBytesPerSecond: downloadRate.nullable().optional(),
      }),
    )
    .output(fleetRow),
  addGroup: procedure({ permission: "fleet.manage", fleetScope: "input" })
    .route({ method: "POST", path: "/fleets/{fleetId}/groups", successStatus: 201 })
    .input(z.object({ fleetId, name: slug }))
    .output(group),
  /** Puts the fleet's groups in this order; every group is named once. */
  orderGroups: procedure({ permission: "fleet.manage", fleetScope: "input" })
    .route({ method: "PUT", path: "/fleets/{fleetId}/groups/order" })
    .input(z.object({ fleetId, groupIds: z.array(groupId).max(50) }))
    .output(z.array(group)),
  renameGroup: procedure({ permission: "fleet.manage", fleetScope: "service" })
    .route({ method: "PATCH", path: "/groups/{groupId}" })
    .input(z.object({ groupId, revision, name: slug }))
    .output(group),
  removeGroup: procedure({ permission: "fleet.manage", fleetScope: "service" })
    .route({ method: "DELETE", path: "/groups/{groupId}" })
    .input(z.object({ groupId }))
    .output(z.object({ removed: z.literal(true) })),
};

/** Enrolment tokens: made per group, shown once, revocable. */
export const tokensContract = {
  list: procedure({ permission: "fleet.manage", fleetScope: "input" })
    .route({ method: "GET", path: "/fleets/{fleetId}/tokens" })
    .input(z.object({ fleetId }))
    .output(z.array(enrolmentToken)),
  /** `text` is the secret line and `command` the line to run on a host; both are shown once and never stored. */
  create: procedure({ permission: "fleet.manage", fleetScope: "service" })
    .route({ method: "POST", path: "/groups/{groupId}/tokens", successStatus: 201 })
    .input(
      z.object({
        groupId,
        label: z.string().max(80).default(""),
        lifetimeMs: durationMs.min(60_000).default(86_400_000),
        maxUses: z.int().min(1).max(100_000).default(1),
        requiresApproval: z.boolean().default(false),
      }),
    )
    .output(z.object({ token: enrolmentToken, text: z.string(), command: z.string() })),
  revoke: procedure({ permission: "fleet.manage", fleetScope: "service" })
    .route({ method: "POST", path: "/tokens/{enrolmentTokenId}/revoke" })
    .input(z.object({ enrolmentTokenId }))
    .output(enrolmentToken),
};

/** Subscriptions: what a group should run, under which policy, and how that came to be. */
/** One row of a version history with the versions people know. */
export const targetChangeRow = targetChange.extend({ fromVersion: semver.optional(), toVersion: semver });
export type TargetChangeRow = z.infer<typeof targetChangeRow>;

/** A group × application: what it should run, under which policy, following which channel. */
export const subscriptionsContract = {
  /** Subscribes a group to an application. With a channel that points somewhere, its release becomes the first target. */
  create: procedure({ permission: "rollout.control", fleetScope: "service" })
    .route({ method: "POST", path: "/groups/{groupId}/subscriptions", successStatus: 201 })
    .input(z.object({ groupId, applicationId, channelId: channelId.optional() }))
    .output(subscriptionRow),
  get: procedure({ permission: "view", fleetScope: "service" })
    .route({ method: "GET", path: "/subscriptions/{subscriptionId}" })
    .input(z.object({ subscriptionId }))
    .output(subscriptionRow),
  setPolicy: procedure({ permission: "rollout.control", fleetScope: "service" })
    .route({ method: "PUT", path: "/subscriptions/{subscriptionId}/policy" })
    .input(z.object({ subscriptionId, revision, policy }))
    .output(subscriptionRow),
  /** Stop offering: no grant begins once this has answered. Never asks, never fails for want of a reason. */
  pause: procedure({ permission: "rollout.control", fleetScope: "service" })
    .route({ method: "POST", path: "/subscriptions/{subscriptionId}/pause" })
    .input(z.object({ subscriptionId, reason: reasonText.default("") }))
    .output(subscriptionRow),
  resume: procedure({ permission: "rollout.control", fleetScope: "service" })
    .route({ method: "POST", path: "/subscriptions/{subscriptionId}/resume" })
    .input(z.object({ subscriptionId, reason: reasonText.default("") }))
    .output(subscriptionRow),
  /** Follows the channel again after a rollback. Does not change the target by itself. */
  reattach: procedure({ permission: "rollout.control", fleetScope: "service" })
    .route({ method: "POST", path: "/subscriptions/{subscriptionId}/reattach" })
    .input(z.object({ subscriptionId, channelId, reason: reasonText.default("") }))
    .output(subscriptionRow),
  remove: procedure({ permission: "rollout.control", fleetScope: "service" })
    .route({ method: "DELETE", path: "/subscriptions/{subscriptionId}" })
    .input(z.object({ subscriptionId }))
    .output(z.object({ removed: z.literal(true) })),
  history: procedure({ permission: "view", fleetScope: "service" })
    .route({ method: "GET", path: "/subscriptions/{subscriptionId}/history" })
    .input(z.object({ subscriptionId }))
    .output(z.array(targetChangeRow)),
};

/** A host with what it runs, for lists: one entry per application. */
export const hostRow = host.extend({
  groupName: z.string(),
  fleetName: z.string(),
  applications: z.array(
    z.object({
      applicationId,
      name: z.string(),
      desiredVersion: semver.optional(),
      currentVersion: semver.optional(),
      phase: z.string(),
      healthy: z.boolean(),
      hold: z.string().optional(),
      /** It lies ready, and somebody on the host said "not now": its status is `paused`. */
      wait: applicationWait.optional(),
    }),
  ),
  /** The one word for its worst application; `unknown` when it does not report. */
  status: z.enum(["healthy", "progressing", "paused", "failed", "unknown"]),
});
export type HostRow = z.infer<typeof hostRow>;

/** One line of a host's timeline. */
export const hostEvent = z.object({
  id: z.int(),
  at: epochMs,
  kind: z.string(),
  applicationId: applicationId.optional(),
  releaseId: releaseId.optional(),
  version: semver.optional(),
  message: z.string(),
  details: z.record(z.string(), z.json()),
});
export type HostEvent = z.infer<typeof hostEvent>;

/** One host: what it should run and why, beside what it reports. */
export const hostDetail = z.object({
  host: hostRow,
  desired: z.array(
    z.object({
      applicationId,
      name: z.string(),
      productId: z.string().optional(),
      subscriptionId,
      releaseId: releaseId.optional(),
      version: semver.optional(),
      decision: z.enum(["offer", "hold", "current", "alone"]),
      reason: z.string(),
    }),
  ),
  reported: z.array(reportedApplication.extend({ reportedAt: epochMs })),
  agentBoot: z.string().optional(),
});
export type HostDetail = z.infer<typeof hostDetail>;

const hostAction = { permission: "host.manage", fleetScope: "service" } as const;

/** Hosts: who they are, where they belong, and the orders that one of them can be given. */
export const hostsContract = {
  list: procedure({ permission: "view", fleetScope: "service" })
    .route({ method: "GET", path: "/hosts" })
    .input(
      pageInput.extend({
        limit: z.coerce.number().int().min(1).max(5000).default(500),
        fleetId: fleetId.optional(),
        groupId: groupId.optional(),
        /** Absent leaves revoked hosts out. */
        state: host.shape.state.optional(),
        status: hostRow.shape.status.optional(),
        search: z.string().max(100).optional(),
      }),
    )
    .output(pageOf(hostRow)),
  get: procedure({ permission: "view", fleetScope: "service" })
    .route({ method: "GET", path: "/hosts/{hostId}" })
    .input(z.object({ hostId }))
    .output(hostDetail),
  timeline: procedure({ permission: "view", fleetScope: "service" })
    .route({ method: "GET", path: "/hosts/{hostId}/timeline" })
    .input(z.object({ hostId, before: z.coerce.number().int().optional(), limit: z.coerce.number().int().min(1).max(500).default(100) }))
    .output(z.array(hostEvent)),
  approve: procedure(hostAction).route({ method: "POST", path: "/hosts/{hostId}/approve" }).input(z.object({ hostId })).output(hostRow),
  move: procedure(hostAction)
    .route({ method: "POST", path: "/hosts/{hostId}/move" })
    .input(z.object({ hostId, groupId, reason: reasonText.default("") }))
    .output(hostRow),
  pin: procedure(hostAction)
    .route({ method: "POST", path: "/hosts/{hostId}/pin" })
    .input(z.object({ hostId, releaseId, reason: reasonText.default("") }))
    .output(hostRow),
  unpin: procedure(hostAction)
    .route({ method: "POST", path: "/hosts/{hostId}/unpin" })
    .input(z.object({ hostId, reason: reasonText.default("") }))
    .output(hostRow),
  setLabels: procedure(hostAction)
    .route({ method: "PUT", path: "/hosts/{hostId}/labels" })
    .input(z.object({ hostId, revision, labels }))
    .output(hostRow),
  revoke: procedure(hostAction)
    .route({ method: "POST", path: "/hosts/{hostId}/revoke" })
    .input(z.object({ hostId, reason: reasonText.min(1) }))
    .output(hostRow),
  restart: procedure(hostAction)
    .route({ method: "POST", path: "/hosts/{hostId}/restart" })
    .input(z.object({ hostId, applicationId, reason: reasonText.default("") }))
    .output(z.object({ commandId })),
  collectLogs: procedure(hostAction)
    .route({ method: "POST", path: "/hosts/{hostId}/collect-logs" })
    .input(z.object({ hostId, applicationId }))
    .output(z.object({ commandId })),
  /** Follows what an application writes, for ten minutes at most. */
  followLog: procedure(hostAction)
    .route({ method: "POST", path: "/hosts/{hostId}/follow-log" })
    .input(z.object({ hostId, applicationId }))
    .output(eventIterator(z.object({ text: z.string() }))),
  liftQuarantine: procedure(hostAction)
    .route({ method: "POST", path: "/hosts/{hostId}/lift-quarantine" })
    .input(z.object({ hostId, applicationId, releaseId, reason: reasonText.min(1) }))
    .output(z.object({ commandId })),
};
