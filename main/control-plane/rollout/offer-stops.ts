import { actorName } from "#shared/domain/audit/actor-name.ts";
import type { ReleaseId, RolloutId, SubscriptionId } from "#shared/lib/ids.ts";
import { AppError } from "#shared/errors/app-error.ts";
import type { Store, WriteUnit } from "../db/store.ts";
import { stopGrants, type StoppedGrants } from "./grants.ts";
import type { Halts } from "./halts.ts";
import type { HostLink } from "./host-link.ts";
import type { Judge } from "./judge.ts";
import { readConnectedHostsOfGroup, readConnectedHostsOfRelease } from "./rollout-hosts.ts";
import { changeState } from "./rollout-states.ts";
import { idOf, toPolicy } from "./rows.ts";

/** Stops or starts offering for one subscription. The caller has checked that the actor may. */
export type OfferOrder = { readonly subscriptionId: SubscriptionId; readonly actor: string; readonly reason: string };

type Deps = {
  readonly store: Store;
  readonly judge: Judge;
  readonly halts: Halts;
  readonly link: () => HostLink;
  /** Has a rollout judged in its own time: a pause does not wait for it. */
  readonly judgeSoon: (rolloutId: RolloutId) => void;
};

/** Stops that are about a subscription or a release, by the same protocol as a rollout's pause. */
export class OfferStops {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /**
   * Pauses a subscription. A rollback that runs there is paused as a whole, since it would go on otherwise: it was
   * ordered over the subscription's own pause. Pausing twice changes nothing and never fails.
   */
  async pause(order: OfferOrder): Promise<void> {
    const { stopped, concerned } = await this.#deps.store.write(
      async (unit) => ({ stopped: await this.#pause(unit, order), concerned: await this.#rolloutsOf(unit, order.subscriptionId) }),
      { urgent: true },
    );
    await this.#deps.halts.carryOutBefore(stopped, () => {
      for (const rolloutId of concerned) this.#deps.judgeSoon(rolloutId);
    });
  }

  async #pause(unit: WriteUnit, order: OfferOrder): Promise<StoppedGrants> {
    const words = `paused by ${actorName(order.actor)}${order.reason === "" ? "" : `: ${order.reason}`}`;
    await this.#setPaused(unit, order, true);
    const rollback = await this.#runningRollback(unit, order.subscriptionId);
    if (rollback !== undefined) {
      await changeState(unit, rollback, "paused", words);
      unit.audit({
        actor: order.actor,
        action: "rollout.paused",
        subject: `rollout:${rollback.id}`,
        fleetId: rollback.fleetId,
        reason: order.reason,
      });
      const all = await stopGrants(unit, { rolloutIds: [rollback.id] }, words);
      const rest = await stopGrants(unit, { subscriptionIds: [order.subscriptionId] }, words);
      return { orders: [...all.orders, ...rest.orders], gone: new Set([...all.gone, ...rest.gone]) };
    }
    return stopGrants(unit, { subscriptionIds: [order.subscriptionId] }, words);
  }

  /** Offers again. A rollback that the subscription's pause stopped is resumed by itself, on its own page. */
  resume(order: OfferOrder): Promise<void> {
    return this.#deps.store.write(async (unit) => {
      const groupId = await this.#setPaused(unit, order, false);
      await unit.db
        .updateTable("waveMembers")
        .set({ updatedAt: unit.now })
        .where("subscriptionId", "=", order.subscriptionId)
        .where("state", "=", "waiting")
        .execute();
      for (const rolloutId of await this.#rolloutsOf(unit, order.subscriptionId)) await this.#deps.judge.judge(unit, rolloutId);
      const hosts = await readConnectedHostsOfGroup(unit.db, groupId);
      unit.afterCommit(() => this.#deps.link().notify(hosts));
    });
  }

  /** A release was blocked or withdrawn: its grants end, its rollouts trip, and hosts that began with it are halted. */
  async releaseStopped(releaseId: ReleaseId): Promise<void> {
    const { stopped, hosts } = await this.#deps.store.write(
      async (unit) => {
        const live = await stopGrants(unit, { releaseId }, "the release was blocked or withdrawn");
        const rows = await unit.db
          .selectFrom("rolloutTargets")
          .select("rolloutId")
          .distinct()
          .where("toReleaseId", "=", releaseId)
          .where("active", "=", 1)
          .execute();
        for (const row of rows) await this.#deps.judge.judge(unit, row.rolloutId);
        return { stopped: live, hosts: await readConnectedHostsOfRelease(unit.db, releaseId) };
      },
      { urgent: true },
    );
    await this.#deps.halts.carryOutBefore(stopped, () => this.#deps.link().notify(hosts));
  }

  /** Writes the policy's pause and answers the group. */
  async #setPaused(unit: WriteUnit, { subscriptionId, actor, reason }: OfferOrder, paused: boolean): Promise<string> {
    const row = await unit.db
      .selectFrom("subscriptions")
      .innerJoin("groups", "groups.id", "subscriptions.groupId")
      .select(["subscriptions.policy", "subscriptions.groupId", "groups.fleetId"])
      .where("subscriptions.id", "=", subscriptionId)
      .executeTakeFirst();
    if (row === undefined) throw new AppError("NOT_FOUND", "There is no such subscription; nothing was changed.");
    const policy = toPolicy(row.policy);
    if (policy.paused === paused) return row.groupId;
    await unit.db
      .updateTable("subscriptions")
      .set((eb) => ({ policy: JSON.stringify({ ...policy, paused }), revision: eb("revision", "+", 1) }))
      .where("id", "=", subscriptionId)
      .execute();
    const deed = paused ? "subscription.paused" : "subscription.resumed";
    unit.audit({ actor, action: deed, subject: `subscription:${subscriptionId}`, fleetId: row.fleetId, reason });
    unit.emit({ topic: deed, ids: { subscriptionId, groupId: row.groupId }, fleetId: row.fleetId });
    return row.groupId;
  }

  #runningRollback(unit: WriteUnit, subscriptionId: SubscriptionId) {
    return unit.db
      .selectFrom("rolloutTargets")
      .innerJoin("rollouts", "rollouts.id", "rolloutTargets.rolloutId")
      .select(["rollouts.id", "rollouts.fleetId", "rollouts.state"])
      .where("rolloutTargets.subscriptionId", "=", subscriptionId)
      .where("rolloutTargets.active", "=", 1)
      .where("rollouts.kind", "=", "rollback")
      .where("rollouts.state", "=", "running")
      .executeTakeFirst();
  }

  async #rolloutsOf(unit: WriteUnit, subscriptionId: SubscriptionId): Promise<readonly RolloutId[]> {
    const rows = await unit.db
      .selectFrom("rolloutTargets")
      .select("rolloutId")
      .where("subscriptionId", "=", subscriptionId)
      .where("active", "=", 1)
      .execute();
    return rows.map((row) => idOf(row.rolloutId));
  }
}
