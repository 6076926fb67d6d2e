import type { Step } from "#shared/domain/rollout/advance.ts";
import type { Wave } from "#shared/domain/rollout/rollout.ts";
import type { ChosenMember } from "#shared/domain/rollout/wave-members.ts";
import { assertNever } from "#shared/lib/assert-never.ts";
import type { HostId, WaveId } from "#shared/lib/ids.ts";
import type { WriteUnit } from "../db/store.ts";
import type { RolloutFile } from "./evidence.ts";
import { joinStops, NOTHING_STOPPED, stopGrants, type StoppedGrants } from "./grants.ts";
import { changeState, changeWave } from "./rollout-states.ts";
import { trafficDetails } from "./traffic.ts";
import { chooseMembers } from "./wave-choice.ts";

/** Rows of one insert; SQLite bounds the values of one statement. */
const INSERT_AT_ONCE = 1_000;

/** What the steps of one judgement leave to be done after the commit. */
export type StepEffects = { readonly notify: readonly HostId[]; readonly stopped: StoppedGrants };

/** Runs the steps of one judgement within its transaction. */
export async function runSteps(unit: WriteUnit, file: RolloutFile, steps: readonly Step[]): Promise<StepEffects> {
  const notify: HostId[] = [];
  let stopped = NOTHING_STOPPED;
  for (const step of steps) {
    if (step.kind === "open") notify.push(...(await openWave(unit, file, waveOf(file, step.waveId))));
    else if (step.kind === "trip") stopped = joinStops(stopped, await trip(unit, file, step));
    else await runStep(unit, file, step);
    if (step.kind === "member") notify.push(step.hostId);
  }
  return { notify, stopped };
}

async function runStep(unit: WriteUnit, file: RolloutFile, step: Exclude<Step, { readonly kind: "open" | "trip" }>): Promise<void> {
  const { rollout } = file;
  switch (step.kind) {
    case "member":
      return changeMember(unit, file, step);
    case "bake":
      return changeWave(unit, waveOf(file, step.waveId), rollout.fleetId, "baking", { bakeJudgedAt: unit.now });
    case "credit":
      return void (await unit.db
        .updateTable("waves")
        .set({ bakedMs: step.bakedMs, bakeJudgedAt: step.bakeJudgedAt })
        .where("id", "=", step.waveId)
        .execute());
    case "await-approval":
      return unit.emit({ topic: "wave.awaits-approval", ids: { rolloutId: rollout.id, waveId: step.waveId }, fleetId: rollout.fleetId });
    case "pass":
      unit.audit({ ...byTheEngine(file), action: "wave.passed", details: { wave: waveOf(file, step.waveId).ordinal + 1 } });
      return changeWave(unit, waveOf(file, step.waveId), rollout.fleetId, "passed", { finishedAt: unit.now });
    case "complete":
      unit.audit({ ...byTheEngine(file), action: "rollout.completed", details: await trafficDetails(unit.db, rollout.id) });
      return changeState(unit, rollout, "completed", "");
    default:
      return assertNever(step);
  }
}

const byTheEngine = ({ rollout }: RolloutFile) => ({ actor: "system", subject: `rollout:${rollout.id}`, fleetId: rollout.fleetId });

function waveOf(file: RolloutFile, waveId: WaveId): Wave {
  const wave = file.waves.find((one) => one.id === waveId);
  if (wave === undefined) throw new TypeError(`a step names wave ${waveId}, which is not of its rollout`);
  return wave;
}

async function changeMember(unit: WriteUnit, { rollout }: RolloutFile, step: Step & { readonly kind: "member" }): Promise<void> {
  const { waveId, hostId, subscriptionId, state } = step;
  const reason = step.reason.slice(0, 500);
  await unit.db
    .updateTable("waveMembers")
    .set({ state, reason, updatedAt: unit.now })
    .where("waveId", "=", waveId)
    .where("hostId", "=", hostId)
    .where("subscriptionId", "=", subscriptionId)
    .execute();
  unit.emit({ topic: "member.changed", ids: { rolloutId: rollout.id, waveId, hostId, state }, fleetId: rollout.fleetId });
  if (state !== "succeeded" && state !== "failed") return;
  const releaseId = rollout.targets.find((target) => target.subscriptionId === subscriptionId)?.toReleaseId;
  unit.audit({
    actor: `host:${hostId}`,
    action: `update.${state}`,
    subject: `host:${hostId}`,
    fleetId: rollout.fleetId,
    reason,
    details: { rolloutId: rollout.id, subscriptionId, releaseId },
  });
}

async function openWave(unit: WriteUnit, file: RolloutFile, wave: Wave): Promise<readonly HostId[]> {
  const { rollout, releases } = file;
  const chosen = await chooseMembers(unit.db, rollout, releases, wave, unit.now);
  await insertMembers(unit, wave.id, chosen);
  await changeWave(unit, wave, rollout.fleetId, "open", { openedAt: unit.now });
  const excluded = chosen.filter((member) => member.state === "excluded").length;
  unit.audit({
    ...byTheEngine(file),
    action: "wave.opened",
    details: { wave: wave.ordinal + 1, members: chosen.length - excluded, excluded },
  });
  return [...new Set(chosen.filter((member) => member.state === "waiting").map((member) => member.hostId))];
}

async function insertMembers({ db, now }: WriteUnit, waveId: WaveId, chosen: readonly ChosenMember[]): Promise<void> {
  for (let from = 0; from < chosen.length; from += INSERT_AT_ONCE) {
    const rows = chosen.slice(from, from + INSERT_AT_ONCE).map((member) => ({ ...member, waveId, updatedAt: now }));
    await db.insertInto("waveMembers").values(rows).execute();
  }
}

async function trip(unit: WriteUnit, file: RolloutFile, step: Step & { readonly kind: "trip" }): Promise<StoppedGrants> {
  const { rollout } = file;
  if (rollout.state === "tripped") return NOTHING_STOPPED;
  if (step.waveId !== undefined) await changeWave(unit, waveOf(file, step.waveId), rollout.fleetId, "tripped");
  unit.audit({
    ...byTheEngine(file),
    action: "rollout.tripped",
    reason: step.reason,
    details: { wave: step.waveId === undefined ? undefined : waveOf(file, step.waveId).ordinal + 1 },
  });
  await changeState(unit, rollout, "tripped", step.reason);
  return stopGrants(unit, { rolloutIds: [rollout.id] }, step.reason);
}
