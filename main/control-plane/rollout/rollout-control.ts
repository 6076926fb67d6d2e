import { sql } from "kysely";
import { isInScope, type Principal } from "#shared/domain/access/permission.ts";
import { actorName } from "#shared/domain/audit/actor-name.ts";
import { judgeAction, waveToApprove, type RolloutAction } from "#shared/domain/rollout/rollout-machine.ts";
import type { RolloutState } from "#shared/domain/rollout/rollout.ts";
import { AppError } from "#shared/errors/app-error.ts";
import type { HostId, RolloutId, WaveId } from "#shared/lib/ids.ts";
import type { Store, WriteUnit } from "../db/store.ts";
import { ACCEPTED_PREFIX } from "./failure-causes.ts";
import { stopGrants, type StoppedGrants } from "./grants.ts";
import type { Halts } from "./halts.ts";
import type { HostLink } from "./host-link.ts";
import type { Judge } from "./judge.ts";
import { readConnectedHosts } from "./rollout-hosts.ts";
import { changeState } from "./rollout-states.ts";
import { idOf, toWave } from "./rows.ts";
import { trafficDetails } from "./traffic.ts";

type Deps = {
  readonly store: Store;
  readonly judge: Judge;
  readonly halts: Halts;
  readonly link: () => HostLink;
  /** Has a rollout judged in its own time: a pause does not wait for it. */
  readonly judgeSoon: (rolloutId: RolloutId) => void;
};

type Held = {
  readonly id: RolloutId;
  readonly fleetId: string;
  readonly kind: "update" | "rollback";
  readonly state: RolloutState;
  readonly waves: readonly ReturnType<typeof toWave>[];
};

const because = (deed: string, principal: Principal, reason: string): string =>
  `${deed} by ${actorName(principal.name)}${reason === "" ? "" : `: ${reason}`}`;

/** What people do to a rollout that runs: each deed is one transaction, audited, refused with the machine's own reason. */
export class RolloutControl {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /**
   * Stops offering. Answers when every connected host has acknowledged, or was cut off: from then on no grant begins
   * and no connected host switches. Overtakes reports that wait to be written.
   */
  async pause(principal: Principal, rolloutId: RolloutId, reason: string): Promise<void> {
    const { stopped, hosts } = await this.#deps.store.write(
      async (unit) => {
        const rollout = await this.#require(unit, principal, rolloutId, "pause");
        const words = because("paused", principal, reason);
        await changeState(unit, rollout, "paused", words);
        this.#audit(unit, principal, rollout, "rollout.paused", reason);
        return this.#stop(unit, rollout, words);
      },
      { urgent: true },
    );
    await this.#deps.halts.carryOutBefore(stopped, () => {
      this.#deps.link().notify(hosts);
      this.#deps.judgeSoon(rolloutId);
    });
  }

  /** Goes on. Waiting and baking begin anew: what passed meanwhile counts for nobody and against nobody. */
  resume(principal: Principal, rolloutId: RolloutId, reason: string): Promise<void> {
    return this.#deps.store.write(async (unit) => {
      const rollout = await this.#require(unit, principal, rolloutId, "resume");
      await changeState(unit, rollout, "running", "");
      await restartClocks(unit, rollout.id);
      this.#audit(unit, principal, rollout, "rollout.resumed", reason);
      await this.#tellEveryone(unit, rollout);
      await this.#deps.judge.judge(unit, rollout.id);
    });
  }

  /** Accepts the failures of the wave that tripped, with a reason, and goes on with it. */
  continue(principal: Principal, rolloutId: RolloutId, reason: string): Promise<void> {
    return this.#deps.store.write(async (unit) => {
      const rollout = await this.#require(unit, principal, rolloutId, "continue");
      const accepted = await acceptFailures(unit, rollout.id);
      await changeState(unit, rollout, "running", "");
      await restartClocks(unit, rollout.id);
      this.#audit(unit, principal, rollout, "rollout.continued", reason, { accepted });
      await this.#tellEveryone(unit, rollout);
      await this.#deps.judge.judge(unit, rollout.id);
    });
  }

  /** A person's word for the step to the next wave. Answers the rollout's id. */
  approve(principal: Principal, waveId: WaveId, reason: string): Promise<RolloutId> {
    return this.#deps.store.write(async (unit) => {
      const row = await unit.db.selectFrom("waves").select("rolloutId").where("id", "=", waveId).executeTakeFirst();
      if (row === undefined) throw new AppError("NOT_FOUND", "There is no such wave.");
      const rollout = await this.#require(unit, principal, idOf(row.rolloutId), "approve");
      const wave = waveToApprove(rollout.waves);
      if (wave?.id !== waveId) throw new AppError("CONFLICT_STATE", "This wave does not wait for an approval; nothing was changed.");
      await unit.db.updateTable("waves").set({ approvedBy: principal.name }).where("id", "=", waveId).execute();
      this.#audit(unit, principal, rollout, "wave.approved", reason, { wave: wave.ordinal + 1 });
      unit.emit({ topic: "wave.approved", ids: { rolloutId: rollout.id, waveId }, fleetId: rollout.fleetId });
      await this.#deps.judge.judge(unit, rollout.id);
      return rollout.id;
    });
  }

  /** Gives a rollout up: nobody gets its release any more, and nobody who runs it loses it. */
  async abort(principal: Principal, rolloutId: RolloutId, reason: string): Promise<void> {
    const { stopped, hosts } = await this.#deps.store.write(
      async (unit) => {
        const rollout = await this.#require(unit, principal, rolloutId, "abort");
        const words = because("aborted", principal, reason);
        await changeState(unit, rollout, "aborted", words);
        this.#audit(unit, principal, rollout, "rollout.aborted", reason, await trafficDetails(unit.db, rollout.id));
        return this.#stop(unit, rollout, words);
      },
      { urgent: true },
    );
    await this.#deps.halts.carryOutBefore(stopped, () => this.#deps.link().notify(hosts));
  }

  /** Takes the grants back; answers the halts to send, and whom to tell once they are answered. */
  async #stop(
    unit: WriteUnit,
    { id }: Held,
    words: string,
  ): Promise<{ readonly stopped: StoppedGrants; readonly hosts: readonly HostId[] }> {
    return { stopped: await stopGrants(unit, { rolloutIds: [id] }, words), hosts: await readConnectedHosts(unit.db, id) };
  }

  async #require(unit: WriteUnit, principal: Principal, rolloutId: RolloutId, action: RolloutAction): Promise<Held> {
    const row = await unit.db
      .selectFrom("rollouts")
      .select(["id", "fleetId", "kind", "state"])
      .where("id", "=", rolloutId)
      .executeTakeFirst();
    if (row === undefined || !isInScope(principal.fleets, row.fleetId)) throw new AppError("NOT_FOUND", "There is no such rollout.");
    const waves = await unit.db.selectFrom("waves").selectAll().where("rolloutId", "=", rolloutId).orderBy("ordinal").execute();
    const held: Held = { ...row, id: rolloutId, waves: waves.map(toWave) };
    const judged = judgeAction(action, { state: held.state, waves: held.waves, noWayBack: undefined });
    if (!judged.allowed)
      throw new AppError("CONFLICT_STATE", `The rollout takes no ${action} now: ${judged.reason}. Nothing was changed.`, {
        details: { state: held.state },
      });
    return held;
  }

  #audit(
    unit: WriteUnit,
    principal: Principal,
    rollout: Held,
    action: string,
    reason: string,
    details: { readonly [key: string]: number } = {},
  ): void {
    unit.audit({ actor: principal.name, action, subject: `rollout:${rollout.id}`, fleetId: rollout.fleetId, reason, details });
  }

  async #tellEveryone(unit: WriteUnit, rollout: Held): Promise<void> {
    const hosts = await readConnectedHosts(unit.db, rollout.id);
    unit.afterCommit(() => this.#deps.link().notify(hosts));
  }
}

/** Silence and bake time count from now. */
async function restartClocks({ db, now }: WriteUnit, rolloutId: string): Promise<void> {
  const waves = db.selectFrom("waves").select("id").where("rolloutId", "=", rolloutId);
  await db.updateTable("waveMembers").set({ updatedAt: now }).where("waveId", "in", waves).where("state", "=", "waiting").execute();
  await db.updateTable("waves").set({ bakeJudgedAt: now }).where("rolloutId", "=", rolloutId).where("state", "=", "baking").execute();
}

/** Failed members of tripped waves are excluded from now on, and the waves are open again. Answers how many there were. */
async function acceptFailures({ db, now }: WriteUnit, rolloutId: string): Promise<number> {
  const tripped = db.selectFrom("waves").select("id").where("rolloutId", "=", rolloutId).where("state", "=", "tripped");
  const result = await db
    .updateTable("waveMembers")
    .set({ state: "excluded", updatedAt: now, reason: sql<string>`substr(${ACCEPTED_PREFIX} || reason, 1, 500)` })
    .where("waveId", "in", tripped)
    .where("state", "=", "failed")
    .executeTakeFirst();
  await db
    .updateTable("waves")
    .set({ state: "open", bakeJudgedAt: null })
    .where("rolloutId", "=", rolloutId)
    .where("state", "=", "tripped")
    .execute();
  return Number(result.numUpdatedRows);
}
