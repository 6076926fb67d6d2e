import { z } from "zod";
import { rollout, rolloutState, rolloutTarget, wave, waveMember, wavePlan } from "../domain/rollout/rollout.ts";
import { fleetId, groupId, hostId, releaseId, rolloutId, subscriptionId, waveId } from "../lib/ids.ts";
import { durationMs, epochMs, reasonText, semver } from "../lib/scalars.ts";
import { procedure } from "./base.ts";

/** One line of a gate: what it is now, what it must be, whether it holds. */
export const gateReading = z.object({
  criterion: z.enum(["success", "failures", "sample", "bake", "approval"]),
  value: z.number(),
  threshold: z.number(),
  unit: z.enum(["percent", "hosts", "ms", "approvals"]),
  met: z.boolean(),
  /** Why it does not move, when it does not: "2 of 5 hosts are not reporting". */
  note: z.string().optional(),
});
export type GateReading = z.infer<typeof gateReading>;

/** A host of a wave, with what it does now. */
export const memberRow = waveMember.extend({
  hostName: z.string(),
  phase: z.string(),
  version: semver.optional(),
  connection: z.enum(["connected", "disconnected", "cloned"]),
});
export type MemberRow = z.infer<typeof memberRow>;

/** A wave with its gate's readings and its members. */
export const waveRow = wave.extend({
  groupName: z.string(),
  counts: z.object({ waiting: z.int(), updating: z.int(), succeeded: z.int(), failed: z.int(), excluded: z.int() }),
  readings: z.array(gateReading),
  members: z.array(memberRow).max(20_000),
  /** Members a pending wave would take if it opened now. */
  plannedMembers: z.int(),
});
export type WaveRow = z.infer<typeof waveRow>;

const targetRow = rolloutTarget.extend({
  applicationName: z.string(),
  groupId,
  groupName: z.string(),
  fromVersion: semver.optional(),
  toVersion: semver,
});

/** A rollout as lists show it. */
export const rolloutRow = rollout.omit({ targets: true }).extend({
  fleetName: z.string(),
  targets: z.array(targetRow),
  /** "web 1.5.0" for one application, "web 1.5.0 and 2 more" for several. */
  title: z.string(),
  counts: waveRow.shape.counts,
  /** What its hosts have fetched and what whole files would have been, in bytes; absent until the first of them tells. */
  sent: z.object({ downloads: z.int().min(0), bytes: z.int().min(0), fullBytes: z.int().min(0) }).optional(),
  waveStates: z.array(z.object({ groupName: z.string(), state: wave.shape.state })),
});
export type RolloutRow = z.infer<typeof rolloutRow>;

/** One distinct reason for failure in a rollout. */
export const failureCause = z.object({
  cause: z.string(),
  count: z.int(),
  example: z.object({ hostId, hostName: z.string(), message: z.string(), logTail: z.string().optional() }),
});

/** What may be done now; an action that may not carries the reason. */
export const actionState = z.object({ allowed: z.boolean(), reason: z.string() });

/** Everything that one screen about one rollout shows, read in one call. */
export const rolloutDetail = z.object({
  rollout: rolloutRow,
  waves: z.array(waveRow),
  failures: z.array(failureCause).max(3),
  actions: z.object({
    pause: actionState,
    resume: actionState,
    continue: actionState,
    approve: actionState,
    abort: actionState,
    rollback: actionState,
  }),
});
export type RolloutDetail = z.infer<typeof rolloutDetail>;

/** What a rollout would do, before anyone starts it. Exact, since members are chosen by hash. */
export const rolloutPreview = z.object({
  salt: z.string(),
  waves: z.array(
    z.object({
      groupId,
      groupName: z.string(),
      hosts: z.int(),
      excluded: z.array(z.object({ hostId, hostName: z.string(), reason: z.string() })).max(50),
      excludedCount: z.int(),
    }),
  ),
  totalHosts: z.int(),
  downloadBytes: z.int(),
  shortestMs: durationMs,
  /** Sentences about policies that would hold it, or hosts that nothing would reach. */
  warnings: z.array(z.string()),
  /** Rollouts that hold these subscriptions now and would be superseded. */
  activeRolloutIds: z.array(rolloutId),
});
export type RolloutPreview = z.infer<typeof rolloutPreview>;

const planInput = z.object({
  fleetId,
  /** The releases to bring; each subscription of the planned groups to that application becomes a target. */
  releaseIds: z.array(releaseId).min(1).max(16),
  waves: z.array(wavePlan).min(1).max(50),
  salt: z.string().max(64).optional(),
});

/** What a rollback will do, what it will not undo, and to how many hosts. */
export const rollbackPreview = z.object({
  subscriptions: z.array(
    z.object({
      subscriptionId,
      groupId,
      groupName: z.string(),
      applicationName: z.string(),
      fromVersion: semver.optional(),
      toVersion: semver,
      toReleaseId: releaseId,
      hosts: z.int(),
      hostsWithSlot: z.int(),
      detachesFrom: z.string().optional(),
    }),
  ),
  supersedes: z.array(rolloutId),
  notUndone: z.array(z.string()),
});
export type RollbackPreview = z.infer<typeof rollbackPreview>;

const rollbackInput = z.object({
  subscriptionIds: z.array(subscriptionId).min(1).max(64),
  /** Absent: each goes back to what its history says was healthy before. */
  toReleaseId: releaseId.optional(),
});

const control = { permission: "rollout.control", fleetScope: "service" } as const;

/** Rollouts and rollbacks: preview, start, steer, take back. */
export const rolloutsContract = {
  list: procedure({ permission: "view", fleetScope: "service" })
    .route({ method: "GET", path: "/rollouts" })
    .input(
      z.object({
        fleetId: fleetId.optional(),
        state: rolloutState.optional(),
        active: z.boolean().optional(),
        limit: z.coerce.number().int().min(1).max(500).default(100),
      }),
    )
    .output(z.array(rolloutRow)),
  get: procedure({ permission: "view", fleetScope: "service" })
    .route({ method: "GET", path: "/rollouts/{rolloutId}" })
    .input(z.object({ rolloutId }))
    .output(rolloutDetail),
  preview: procedure({ permission: "view", fleetScope: "input" })
    .route({ method: "POST", path: "/rollouts/preview" })
    .input(planInput)
    .output(rolloutPreview),
  /** Refuses with CONFLICT_ROLLOUT_ACTIVE when one runs already, unless `supersede` says that the caller knows. */
  start: procedure({ permission: "rollout.control", fleetScope: "input" })
    .route({ method: "POST", path: "/rollouts", successStatus: 201 })
    .input(planInput.extend({ reason: reasonText.default(""), supersede: z.boolean().default(false) }))
    .output(rolloutRow),
  /** Stop offering. Answers after every connected host has acknowledged the halt: no grant and no switch begins after it. */
  pause: procedure(control)
    .route({ method: "POST", path: "/rollouts/{rolloutId}/pause" })
    .input(z.object({ rolloutId, reason: reasonText.default("") }))
    .output(rolloutRow),
  resume: procedure(control)
    .route({ method: "POST", path: "/rollouts/{rolloutId}/resume" })
    .input(z.object({ rolloutId, reason: reasonText.default("") }))
    .output(rolloutRow),
  /** Goes on after a gate tripped; the reason is audited. */
  continue: procedure(control)
    .route({ method: "POST", path: "/rollouts/{rolloutId}/continue" })
    .input(z.object({ rolloutId, reason: reasonText.min(3) }))
    .output(rolloutRow),
  approve: procedure(control)
    .route({ method: "POST", path: "/waves/{waveId}/approve" })
    .input(z.object({ waveId, reason: reasonText.default("") }))
    .output(rolloutRow),
  abort: procedure(control)
    .route({ method: "POST", path: "/rollouts/{rolloutId}/abort" })
    .input(z.object({ rolloutId, reason: reasonText.default("") }))
    .output(rolloutRow),
  previewRollback: procedure({ permission: "view", fleetScope: "service" })
    .route({ method: "POST", path: "/rollbacks/preview" })
    .input(rollbackInput)
    .output(rollbackPreview),
  /** Always its own rollout, expedited, from any state; running rollouts of these subscriptions become superseded in the same transaction. */
  rollback: procedure({ permission: "rollback", fleetScope: "service" })
    .route({ method: "POST", path: "/rollbacks", successStatus: 201 })
    .input(rollbackInput.extend({ reason: reasonText.default("") }))
    .output(rolloutRow),
};

/** One thing that needs a person. */
export const attention = z.object({
  kind: z.enum([
    "rollout-tripped",
    "rollout-paused",
    "approval",
    "host-pending",
    "host-cloned",
    "host-silent",
    "host-refused",
    "trust-expiring",
    "signatures-awaited",
    "held-back",
  ]),
  severity: z.enum(["now", "soon", "know"]),
  title: z.string(),
  detail: z.string(),
  since: epochMs,
  /** Where to go: a console path such as `/rollouts/<id>`. */
  href: z.string(),
});
export type Attention = z.infer<typeof attention>;

/** The first screen: what needs me now, what is moving, what changed. */
export const homeOverview = z.object({
  attention: z.array(attention).max(100),
  moving: z.array(rolloutRow).max(50),
  changes: z.array(z.object({ at: epochMs, actor: z.string(), text: z.string(), href: z.string() })).max(50),
  /** Group × application: what runs where. */
  matrix: z.array(
    z.object({
      fleetId,
      fleetName: z.string(),
      groups: z.array(
        z.object({
          groupId,
          groupName: z.string(),
          hosts: z.int(),
          cells: z.array(
            z.object({
              subscriptionId,
              applicationName: z.string(),
              targetVersion: semver.optional(),
              versions: z.array(z.object({ version: z.string(), hosts: z.int() })),
              status: z.enum(["healthy", "progressing", "paused", "failed", "unknown"]),
            }),
          ),
        }),
      ),
    }),
  ),
  setup: z.object({
    hasApplication: z.boolean(),
    hasFleet: z.boolean(),
    hasHost: z.boolean(),
    hasRelease: z.boolean(),
    hasRollout: z.boolean(),
  }),
});
export type HomeOverview = z.infer<typeof homeOverview>;

/** The first screen, read in one call. */
export const homeContract = {
  overview: procedure({ permission: "view", fleetScope: "service" }).route({ method: "GET", path: "/home" }).output(homeOverview),
};
