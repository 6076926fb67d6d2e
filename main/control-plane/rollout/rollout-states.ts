import { mayBecome } from "#shared/domain/rollout/rollout-machine.ts";
import type { RolloutState, WaveState } from "#shared/domain/rollout/rollout.ts";
import { AppError } from "#shared/errors/app-error.ts";
import type { WriteUnit } from "../db/store.ts";

/** A rollout's row, as far as changing its state needs it. */
export type StatefulRollout = { readonly id: string; readonly fleetId: string; readonly state: RolloutState };

type HistoryOutcome = "in progress" | "completed" | "tripped" | "superseded" | "aborted";

const HISTORY_OUTCOME: Partial<Record<RolloutState, HistoryOutcome>> = {
  running: "in progress",
  paused: "in progress",
  tripped: "tripped",
  completed: "completed",
  superseded: "superseded",
  aborted: "aborted",
};

const WAVE_TOPIC = {
  pending: "wave.planned",
  open: "wave.opened",
  baking: "wave.bake-started",
  passed: "wave.passed",
  tripped: "wave.tripped",
  skipped: "wave.skipped",
} as const satisfies Record<WaveState, string>;

const FINAL: readonly RolloutState[] = ["completed", "superseded", "aborted"];

/**
 * The only place where a rollout changes its state: the row, the history of its subscriptions, whether it still holds
 * them, and the waves that will never open. The caller audits, since it knows who and why.
 *
 * @throws AppError CONFLICT_STATE when there is no such way.
 */
export async function changeState(unit: WriteUnit, rollout: StatefulRollout, to: RolloutState, stateReason: string): Promise<void> {
  if (!mayBecome(rollout.state, to))
    throw new AppError("CONFLICT_STATE", `The rollout is ${rollout.state} and cannot become ${to}; nothing was changed.`);
  const { db, now } = unit;
  const isFinal = FINAL.includes(to);
  await db
    .updateTable("rollouts")
    .set((eb) => ({
      state: to,
      stateReason: stateReason.slice(0, 500),
      revision: eb("revision", "+", 1),
      ...(isFinal ? { finishedAt: now } : {}),
    }))
    .where("id", "=", rollout.id)
    .execute();
  const outcome = HISTORY_OUTCOME[to];
  if (outcome !== undefined) await db.updateTable("targetChanges").set({ outcome }).where("rolloutId", "=", rollout.id).execute();
  if (isFinal) await letGo(unit, rollout.id, to);
  unit.emit({ topic: to === "running" ? "rollout.resumed" : `rollout.${to}`, ids: { rolloutId: rollout.id }, fleetId: rollout.fleetId });
}

/** Members that had not finished are left out from now on: nobody waits for them any more. */
async function letGo({ db, now }: WriteUnit, rolloutId: string, end: RolloutState): Promise<void> {
  const waves = db.selectFrom("waves").select("id").where("rolloutId", "=", rolloutId);
  await db
    .updateTable("waveMembers")
    .set({ state: "excluded", reason: `the rollout was ${end}`, updatedAt: now })
    .where("waveId", "in", waves)
    .where("state", "in", ["waiting", "updating"])
    .execute();
  await db.updateTable("rolloutTargets").set({ active: 0 }).where("rolloutId", "=", rolloutId).execute();
  await db
    .updateTable("waves")
    .set({ state: "skipped", finishedAt: now })
    .where("rolloutId", "=", rolloutId)
    .where("state", "=", "pending")
    .execute();
  await db.updateTable("waves").set({ finishedAt: now }).where("rolloutId", "=", rolloutId).where("finishedAt", "is", null).execute();
}

/** Changes a wave's state and tells it. */
export async function changeWave(
  unit: WriteUnit,
  wave: { readonly id: string; readonly rolloutId: string },
  fleetId: string,
  to: WaveState,
  more: { readonly openedAt?: number; readonly bakedMs?: number; readonly bakeJudgedAt?: number; readonly finishedAt?: number | null } = {},
): Promise<void> {
  await unit.db
    .updateTable("waves")
    .set({ state: to, ...more })
    .where("id", "=", wave.id)
    .execute();
  unit.emit({ topic: WAVE_TOPIC[to], ids: { rolloutId: wave.rolloutId, waveId: wave.id }, fleetId });
}
