import type { RollbackPreview, RolloutPreview } from "#shared/contract/rollouts.ts";
import { isInScope, type FleetScope, type Principal } from "#shared/domain/access/permission.ts";
import { gate } from "#shared/domain/rollout/rollout.ts";
import { AppError } from "#shared/errors/app-error.ts";
import type { ChannelId, FleetId, ReleaseId, RolloutId } from "#shared/lib/ids.ts";
import type { Store, WriteUnit } from "../db/store.ts";
import type { Clock } from "../ports/clock.ts";
import type { Ids } from "../ports/ids.ts";
import type { Halts } from "./halts.ts";
import type { HostLink } from "./host-link.ts";
import type { Judge } from "./judge.ts";
import { ROLLBACK_GATE, writeRollout, type NewRollout } from "./new-rollout.ts";
import { resolvePlan, type PlanInput } from "./plan.ts";
import { previewPlan } from "./preview.ts";
import { previewRollback, resolveRollback, type RollbackInput } from "./rollback.ts";
import type { AcceptedProducts } from "./require-accepted.ts";
import { readConnectedHosts } from "./rollout-hosts.ts";
import { idOf } from "./rows.ts";

type Deps = {
  readonly store: Store;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly judge: Judge;
  readonly halts: Halts;
  readonly link: () => HostLink;
  readonly acceptedProducts: AcceptedProducts;
};

/** A channel that was moved, in the transaction that is open. */
export type ChannelMove = {
  readonly channelId: ChannelId;
  readonly releaseId: ReleaseId;
  readonly principal: Principal;
  readonly reason: string;
};

/** Begins rollouts: planned ones, rollbacks, and those that a channel's move amounts to. */
export class RolloutStarter {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** What the plan would do. The salt belongs to the answer: starting with it takes the very hosts that are shown. */
  async preview(input: PlanInput & { readonly salt?: string | undefined }): Promise<RolloutPreview> {
    const { store, ids, clock, acceptedProducts } = this.#deps;
    const plan = await resolvePlan(store.read, input, acceptedProducts);
    return previewPlan(store.read, plan, input.salt ?? ids.uuid(), clock.now());
  }

  /** Starts a planned rollout and opens its first wave. @throws AppError as {@link resolvePlan} and {@link writeRollout}. */
  start(
    principal: Principal,
    input: PlanInput & { readonly salt?: string | undefined; readonly reason: string; readonly supersede: boolean },
  ): Promise<RolloutId> {
    return this.#deps.store.write(async (unit) => {
      const plan = await resolvePlan(unit.db, input, this.#deps.acceptedProducts);
      const { salt, reason, supersede } = input;
      return this.#begin(unit, { ...plan, kind: "update", cause: "rollout", salt, actor: principal.name, reason, supersede });
    });
  }

  /** What rolling back would do. @throws AppError as {@link resolveRollback}. */
  async previewRollback(scope: FleetScope, input: RollbackInput): Promise<RollbackPreview> {
    const { read } = this.#deps.store;
    return previewRollback(read, await resolveRollback(read, scope, input));
  }

  /** Rolls back at once: always its own rollout, from any state, overtaking reports that wait to be written. */
  rollback(principal: Principal, input: RollbackInput & { readonly reason: string }): Promise<RolloutId> {
    return this.#deps.store.write(
      async (unit) => {
        const { fleetId, targets } = await resolveRollback(unit.db, principal.fleets, input);
        const groups = [...new Set(targets.map((target) => target.groupId))];
        const waves = groups.map((groupId) => ({ groupId, selector: { kind: "all" } as const, gate: ROLLBACK_GATE }));
        return this.#begin(unit, {
          fleetId,
          kind: "rollback",
          cause: "rollback",
          targets,
          waves,
          salt: undefined,
          actor: principal.name,
          reason: input.reason,
          supersede: true,
        });
      },
      { urgent: true },
    );
  }

  /**
   * Creates one rollout per fleet whose subscriptions follow the channel: a wave for each of their groups, in order,
   * with the default gate. Called within the transaction that moves the channel, so that both happen or neither.
   *
   * @throws AppError ACCESS_DENIED when a fleet outside the mover's scope follows, CONFLICT_ROLLOUT_ACTIVE when a rollout
   * holds one of the subscriptions, or as {@link resolvePlan}; then the channel does not move.
   */
  async startForChannel(unit: WriteUnit, move: ChannelMove): Promise<readonly RolloutId[]> {
    const rows = await unit.db
      .selectFrom("subscriptions")
      .innerJoin("groups", "groups.id", "subscriptions.groupId")
      .select(["subscriptions.id", "groups.id as groupId", "groups.fleetId"])
      .where("subscriptions.channelId", "=", move.channelId)
      .where("subscriptions.following", "=", 1)
      .where((eb) => eb.or([eb("subscriptions.targetReleaseId", "is", null), eb("subscriptions.targetReleaseId", "!=", move.releaseId)]))
      .orderBy("groups.position")
      .execute();
    if (rows.some((row) => !isInScope(move.principal.fleets, row.fleetId)))
      throw new AppError("ACCESS_DENIED", "Groups of fleets outside your access follow this channel; it was not moved.");
    const started: RolloutId[] = [];
    for (const [fleetId, ofFleet] of Map.groupBy(rows, (row) => row.fleetId)) {
      const waves = ofFleet.map((row) => ({
        groupId: idOf<NewRollout["waves"][number]["groupId"]>(row.groupId),
        selector: { kind: "all" } as const,
        gate: gate.parse({}),
      }));
      const input = { fleetId: idOf<FleetId>(fleetId), releaseIds: [move.releaseId], waves };
      const plan = await resolvePlan(unit.db, input, this.#deps.acceptedProducts);
      started.push(
        await this.#begin(unit, {
          ...plan,
          kind: "update",
          cause: "channel",
          salt: undefined,
          actor: move.principal.name,
          reason: move.reason,
          supersede: false,
        }),
      );
    }
    return started;
  }

  async #begin(unit: WriteUnit, rollout: NewRollout): Promise<RolloutId> {
    const { ids, judge, halts, link } = this.#deps;
    const { id, stopped } = await writeRollout(unit, ids, rollout);
    halts.afterCommit(unit, stopped);
    await judge.judge(unit, id);
    const hosts = await readConnectedHosts(unit.db, id);
    unit.afterCommit(() => link().notify(hosts));
    return id;
  }
}
