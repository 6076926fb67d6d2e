import type { MemberRow, RolloutDetail, WaveRow } from "#shared/contract/rollouts.ts";
import type { FleetScope } from "#shared/domain/access/permission.ts";
import { countSilent } from "#shared/domain/rollout/bake-credit.ts";
import { countMembers, readGate } from "#shared/domain/rollout/gate-reading.ts";
import type { JudgementClock } from "#shared/domain/rollout/member-outcome.ts";
import { judgeAction, ROLLOUT_ACTIONS, type ActionContext } from "#shared/domain/rollout/rollout-machine.ts";
import type { Wave } from "#shared/domain/rollout/rollout.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { readEvidence, type RolloutFile } from "./evidence.ts";
import { readFailureCauses } from "./failure-causes.ts";
import { noWayBack } from "./rollback.ts";
import { readRolloutRows } from "./rollout-rows.ts";
import { idOf, type Db } from "./rows.ts";
import { chooseMembers } from "./wave-choice.ts";

/** Rows of members that one wave shows; the counts tell of all. */
const MEMBERS_SHOWN = 20_000;

/**
 * Reads everything the screen of one rollout shows.
 *
 * @throws AppError NOT_FOUND for an unknown one or one outside the scope.
 */
export async function readRolloutDetail(db: Db, scope: FleetScope, rolloutId: string, clock: JudgementClock): Promise<RolloutDetail> {
  const [row] = await readRolloutRows(db, scope, { rolloutIds: [rolloutId], limit: 1 });
  const file = row && (await readEvidence(db, rolloutId, clock.now));
  if (row === undefined || file === undefined) throw new AppError("NOT_FOUND", "There is no such rollout.");
  const waves: WaveRow[] = [];
  for (const wave of file.waves) waves.push(await toWaveRow(db, file, wave, clock));
  const way = await noWayBack(
    db,
    file.rollout.targets.map((target) => target.subscriptionId),
  );
  return {
    rollout: row,
    waves,
    failures: await readFailureCauses(db, rolloutId),
    actions: toActions({ state: file.rollout.state, waves: file.waves, noWayBack: way }),
  };
}

function toActions(context: ActionContext): RolloutDetail["actions"] {
  const judged = Object.fromEntries(ROLLOUT_ACTIONS.map((action) => [action, judgeAction(action, context)]));
  // Why the cast: fromEntries forgets the keys, which come from the very list that the actions are made of.
  return judged as RolloutDetail["actions"];
}

async function toWaveRow(db: Db, file: RolloutFile, wave: Wave, clock: JudgementClock): Promise<WaveRow> {
  const members = await readMemberRows(db, file, wave);
  const counts = countMembers(members);
  const silent = countSilent(
    file.members.filter((member) => member.waveId === wave.id),
    clock,
  );
  const group = await db.selectFrom("groups").select("name").where("id", "=", wave.groupId).executeTakeFirst();
  const isOver = wave.state === "passed";
  return {
    ...wave,
    groupName: group?.name ?? "",
    counts,
    readings: [
      ...readGate(wave.gate, {
        counts,
        bakedMs: wave.bakedMs,
        approved: wave.approvedBy !== undefined,
        last: wave === file.waves.at(-1),
        silent: isOver ? 0 : silent,
      }),
    ],
    members: members.slice(0, MEMBERS_SHOWN),
    plannedMembers:
      wave.state === "pending"
        ? (await chooseMembers(db, file.rollout, file.releases, wave, clock.now)).filter((member) => member.state === "waiting").length
        : counts.waiting + counts.updating + counts.succeeded + counts.failed,
  };
}

async function readMemberRows(db: Db, { rollout }: RolloutFile, wave: Wave): Promise<MemberRow[]> {
  const rows = await db
    .selectFrom("waveMembers")
    .innerJoin("hosts", "hosts.id", "waveMembers.hostId")
    .innerJoin("rolloutTargets", (join) =>
      join.onRef("rolloutTargets.subscriptionId", "=", "waveMembers.subscriptionId").on("rolloutTargets.rolloutId", "=", rollout.id),
    )
    .leftJoin("hostApplications as app", (join) =>
      join.onRef("app.hostId", "=", "hosts.id").onRef("app.applicationId", "=", "rolloutTargets.applicationId"),
    )
    .selectAll("waveMembers")
    .select(["hosts.name as hostName", "hosts.connection", "app.phase", "app.currentVersion"])
    .where("waveMembers.waveId", "=", wave.id)
    .orderBy("hosts.name")
    .execute();
  return rows.map(({ currentVersion, phase, waveId, hostId, subscriptionId, ...row }) => ({
    ...row,
    waveId: idOf(waveId),
    hostId: idOf(hostId),
    subscriptionId: idOf(subscriptionId),
    phase: phase ?? "unknown",
    ...(currentVersion === null ? {} : { version: currentVersion }),
  }));
}
