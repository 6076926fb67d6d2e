import type { Gate, WavePlan } from "#shared/domain/rollout/rollout.ts";
import { AppError } from "#shared/errors/app-error.ts";
import type { FleetId, ReleaseId, RolloutId } from "#shared/lib/ids.ts";
import { rolloutId } from "#shared/lib/ids.ts";
import type { WriteUnit } from "../db/store.ts";
import type { Ids } from "../ports/ids.ts";
import { joinStops, NOTHING_STOPPED, stopGrants, type StoppedGrants } from "./grants.ts";
import { activeRolloutsOf, type PlannedTarget } from "./plan.ts";
import { changeState } from "./rollout-states.ts";
import { trafficDetails } from "./traffic.ts";

/** A rollout to be written. Its targets say where each subscription goes; `release` of a target is where to. */
export type NewRollout = {
  readonly fleetId: FleetId;
  readonly kind: "update" | "rollback";
  readonly cause: "rollout" | "rollback" | "channel";
  readonly targets: readonly PlannedTarget[];
  readonly waves: readonly WavePlan[];
  readonly salt: string | undefined;
  readonly actor: string;
  readonly reason: string;
  /** Whether running rollouts of these subscriptions make way. A rollback always supersedes. */
  readonly supersede: boolean;
};

/** The gate of a rollback's waves: it counts, and stops nothing. */
export const ROLLBACK_GATE: Gate = { successPercent: 0, failureBudget: 100_000, minimumSample: 1, bakeMs: 0, approval: false };

/**
 * Writes a rollout that runs from now on, in one transaction with everything it displaces: rollouts that held its
 * subscriptions become superseded, targets and their history change, and a rollback leaves its channel.
 *
 * @throws AppError CONFLICT_ROLLOUT_ACTIVE when one runs and `supersede` is false; nothing was started.
 */
export async function writeRollout(
  unit: WriteUnit,
  ids: Ids,
  rollout: NewRollout,
): Promise<{ readonly id: RolloutId; readonly stopped: StoppedGrants }> {
  const active = activeRolloutsOf(rollout.targets);
  const [holder] = active;
  if (holder !== undefined && !rollout.supersede)
    throw new AppError("CONFLICT_ROLLOUT_ACTIVE", "A rollout already runs for these groups; nothing was started.", {
      details: { rolloutId: holder, active: active.length },
    });
  const id = rolloutId.parse(ids.uuid());
  await insertRollout(unit, id, ids.uuid(), rollout);
  let stopped = NOTHING_STOPPED;
  for (const superseded of active) stopped = joinStops(stopped, await supersede(unit, superseded, id, rollout));
  if (rollout.kind === "rollback")
    stopped = joinStops(
      stopped,
      await stopGrants(unit, { subscriptionIds: rollout.targets.map((target) => target.subscriptionId) }, "rolled back"),
    );
  await insertParts(unit, ids, id, rollout);
  for (const target of rollout.targets) await changeTarget(unit, id, rollout, target);
  unit.audit({
    actor: rollout.actor,
    action: rollout.kind === "rollback" ? "rollback.started" : "rollout.started",
    subject: `rollout:${id}`,
    fleetId: rollout.fleetId,
    reason: rollout.reason,
    details: {
      cause: rollout.cause,
      supersedes: [...active],
      targets: rollout.targets.map((target) => ({
        subscriptionId: target.subscriptionId,
        from: target.presentReleaseId,
        to: target.release.releaseId,
        version: target.release.version,
      })),
    },
  });
  unit.emit({ topic: "rollout.started", ids: { rolloutId: id }, fleetId: rollout.fleetId });
  return { id, stopped };
}

async function insertRollout({ db, now }: WriteUnit, id: RolloutId, freshSalt: string, rollout: NewRollout): Promise<void> {
  const { fleetId, kind, reason, actor } = rollout;
  await db
    .insertInto("rollouts")
    .values({
      id,
      fleetId,
      kind,
      state: "running",
      salt: rollout.salt ?? freshSalt,
      reason,
      stateReason: "",
      createdAt: now,
      createdBy: actor,
      startedAt: now,
      finishedAt: null,
      supersededBy: null,
      revision: 0,
    })
    .execute();
}

async function supersede(unit: WriteUnit, rolloutToEnd: RolloutId, by: RolloutId, rollout: NewRollout): Promise<StoppedGrants> {
  const row = await unit.db
    .selectFrom("rollouts")
    .select(["id", "fleetId", "state"])
    .where("id", "=", rolloutToEnd)
    .executeTakeFirstOrThrow();
  const words = rollout.kind === "rollback" ? "a rollback took its place" : "another rollout took its place";
  await changeState(unit, row, "superseded", words);
  await unit.db.updateTable("rollouts").set({ supersededBy: by }).where("id", "=", rolloutToEnd).execute();
  unit.audit({
    actor: rollout.actor,
    action: "rollout.superseded",
    subject: `rollout:${rolloutToEnd}`,
    fleetId: rollout.fleetId,
    reason: rollout.reason,
    details: { by, ...(await trafficDetails(unit.db, rolloutToEnd)) },
  });
  return stopGrants(unit, { rolloutIds: [rolloutToEnd] }, words);
}

async function insertParts({ db }: WriteUnit, ids: Ids, id: RolloutId, rollout: NewRollout): Promise<void> {
  await db
    .insertInto("rolloutTargets")
    .values(
      rollout.targets.map((target) => ({
        rolloutId: id,
        subscriptionId: target.subscriptionId,
        applicationId: target.applicationId,
        fromReleaseId: target.presentReleaseId ?? null,
        toReleaseId: target.release.releaseId,
        active: 1 as const,
      })),
    )
    .execute();
  await db
    .insertInto("waves")
    .values(
      rollout.waves.map((wave, ordinal) => ({
        id: ids.uuid(),
        rolloutId: id,
        ordinal,
        groupId: wave.groupId,
        selector: JSON.stringify(wave.selector),
        gate: JSON.stringify(wave.gate),
        state: "pending" as const,
        openedAt: null,
        bakedMs: 0,
        bakeJudgedAt: null,
        approvedBy: null,
        finishedAt: null,
      })),
    )
    .execute();
}

/** A rollback brings everyone to its release, so that is the previous target, too; and it leaves the channel. */
async function changeTarget({ db, now }: WriteUnit, id: RolloutId, rollout: NewRollout, target: PlannedTarget): Promise<void> {
  const isRollback = rollout.kind === "rollback";
  const toReleaseId: ReleaseId = target.release.releaseId;
  await db
    .updateTable("subscriptions")
    .set((eb) => ({
      targetReleaseId: toReleaseId,
      previousTargetReleaseId: isRollback ? toReleaseId : (target.baselineReleaseId ?? null),
      revision: eb("revision", "+", 1),
      ...(isRollback ? { following: 0 as const } : {}),
    }))
    .where("id", "=", target.subscriptionId)
    .execute();
  await db
    .insertInto("targetChanges")
    .values({
      subscriptionId: target.subscriptionId,
      at: now,
      actor: rollout.actor,
      reason: rollout.reason,
      cause: rollout.cause,
      fromReleaseId: target.presentReleaseId ?? null,
      toReleaseId,
      rolloutId: id,
      outcome: "in progress",
    })
    .execute();
}
