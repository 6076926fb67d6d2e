import { targetChangeRow, type SubscriptionRow, type TargetChangeRow } from "#shared/contract/fleets.ts";
import type { Principal } from "#shared/domain/access/permission.ts";
import { DEFAULT_POLICY, policy as policySchema, type Policy } from "#shared/domain/rollout/policy.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { groupId as groupIdSchema } from "#shared/lib/ids.ts";
import { isTimeZone } from "#shared/lib/time-zone.ts";
import { readJson } from "../db/read-json.ts";
import type { Store, WriteUnit } from "../db/store.ts";
import { withoutNulls } from "../db/without-nulls.ts";
import type { Ids } from "../ports/ids.ts";
import { expectRevision } from "./expect-revision.ts";
import type { RolloutSeam } from "./fleet-ports.ts";
import { GroupRepository } from "./group-repository.ts";
import { recordSubscriptionChange, type SubscriptionChangeRecord } from "./record-subscription-change.ts";
import { findApplication, findChannel, requireChannel } from "./subscription-references.ts";
import { SubscriptionRepository, type SubscriptionRecord } from "./subscription-repository.ts";
import { readSubscriptionRow } from "./subscription-view.ts";

type Deps = { readonly store: Store; readonly ids: Ids; readonly rollouts: Pick<RolloutSeam, "groupChanged" | "pause" | "resume"> };

/** What people do that counts the revision of a subscription up. */
const CHANGES = ["subscription.policy-changed", "subscription.reattached", "subscription.paused", "subscription.resumed"] as const;

type NewSubscription = { readonly groupId: string; readonly applicationId: string; readonly channelId?: string | undefined };
type PolicyOrder = { readonly subscriptionId: string; readonly revision: number; readonly policy: Policy };
type Reattachment = { readonly subscriptionId: string; readonly channelId: string; readonly reason: string };

/** Which group runs which application, how fast, and following which channel. Targets change by rollouts alone, but for the first. */
export class SubscriptionService {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** @throws AppError NOT_FOUND. */
  get(who: Principal, subscriptionId: string): Promise<SubscriptionRow> {
    return readSubscriptionRow(this.#deps.store.read, who.fleets, subscriptionId);
  }

  /** Every change of the target, newest first. @throws AppError NOT_FOUND. */
  async history(who: Principal, subscriptionId: string): Promise<TargetChangeRow[]> {
    const subscriptions = new SubscriptionRepository(this.#deps.store.read, who.fleets);
    await subscriptions.require(subscriptionId);
    return (await subscriptions.history(subscriptionId)).map((row) => targetChangeRow.parse(withoutNulls(row)));
  }

  /**
   * Subscribes a group to an application. The release that the channel points to, if it may be installed, becomes the
   * first target at once, for the whole group.
   *
   * @throws AppError NOT_FOUND, CONFLICT_EXISTS, INPUT_INVALID for a channel of another application.
   */
  create(who: Principal, order: NewSubscription): Promise<SubscriptionRow> {
    return this.#deps.store.write(async (unit) => {
      const group = await new GroupRepository(unit.db, who.fleets).require(order.groupId);
      const application = await findApplication(unit.db, order.applicationId);
      const channel = order.channelId === undefined ? undefined : await findChannel(unit.db, order.channelId, application.id);
      const subscriptions = new SubscriptionRepository(unit.db, who.fleets);
      if (await subscriptions.exists(group.id, application.id)) {
        throw new AppError("CONFLICT_EXISTS", `The group "${group.name}" is subscribed to ${application.name} already; nothing was made.`);
      }
      const id = this.#deps.ids.uuid();
      const first = channel?.installable;
      await subscriptions.insert({
        id,
        groupId: group.id,
        applicationId: application.id,
        channelId: channel?.id ?? null,
        following: channel === undefined ? 0 : 1,
        targetReleaseId: first?.id ?? null,
        previousTargetReleaseId: null,
        policy: JSON.stringify(DEFAULT_POLICY),
        canaryHostId: null,
        revision: 0,
      });
      if (first !== undefined) await subscriptions.addTargetChange(initialTarget(id, first.id, who, unit.now, channel?.name ?? ""));
      const after = { application: application.name, group: group.name, channel: channel?.name, target: first?.version };
      await this.#record(unit, who, id, { action: "subscription.created", details: { after } });
      return readSubscriptionRow(unit.db, who.fleets, id);
    });
  }

  /**
   * Replaces the policy. Pausing is an act of its own, which waits for the hosts; it is not done by writing the policy.
   *
   * @throws AppError NOT_FOUND, CONFLICT_STALE, INPUT_INVALID for an unknown time zone or a change of `paused`.
   */
  setPolicy(who: Principal, order: PolicyOrder): Promise<SubscriptionRow> {
    refuseTimeZone(order.policy.timeZone);
    return this.#change(who, order.subscriptionId, async (unit, row, subscriptions) => {
      const check = { subject: `subscription:${row.id}`, actions: CHANGES, what: "The subscription" };
      await expectRevision(unit, { ...check, seen: order.revision, present: row.revision });
      const before = policySchema.parse(readJson(row.policy));
      if (before.paused !== order.policy.paused) {
        const verb = before.paused ? "resume" : "pause";
        throw new AppError("INPUT_INVALID", `The policy was not saved: to ${verb} the subscription, use ${verb}.`, {
          details: { field: "policy.paused" },
        });
      }
      await subscriptions.update(row.id, { policy: JSON.stringify(order.policy) });
      return { action: "subscription.policy-changed", details: changedMembers(before, order.policy) };
    });
  }

  /** Stops offering: no grant begins once this has answered. @throws AppError NOT_FOUND. */
  pause(who: Principal, subscriptionId: string, reason: string): Promise<SubscriptionRow> {
    return this.#ordered(who, subscriptionId, reason, "pause");
  }

  /** Offers again. @throws AppError NOT_FOUND. */
  resume(who: Principal, subscriptionId: string, reason: string): Promise<SubscriptionRow> {
    return this.#ordered(who, subscriptionId, reason, "resume");
  }

  /** Follows a channel again, or another one; the target stays. @throws AppError NOT_FOUND, INPUT_INVALID. */
  reattach(who: Principal, order: Reattachment): Promise<SubscriptionRow> {
    return this.#change(who, order.subscriptionId, async (unit, row, subscriptions) => {
      const channel = await findChannel(unit.db, order.channelId, row.applicationId);
      if (row.following === 1 && row.channelId === channel.id) return undefined;
      const before = row.channelId === null ? undefined : (await requireChannel(unit.db, row.channelId)).name;
      await subscriptions.update(row.id, { channelId: channel.id, following: 1 });
      const details = { before: { channel: before, following: row.following === 1 }, after: { channel: channel.name, following: true } };
      return { action: "subscription.reattached", reason: order.reason, details };
    });
  }

  /**
   * Ends the subscription: its hosts keep what they run and are left alone. Its version history goes with it; the audit
   * stays.
   *
   * @throws AppError NOT_FOUND, CONFLICT_ROLLOUT_ACTIVE.
   */
  remove(who: Principal, subscriptionId: string): Promise<void> {
    return this.#deps.store.write(async (unit) => {
      const subscriptions = new SubscriptionRepository(unit.db, who.fleets);
      const row = await subscriptions.require(subscriptionId);
      const rolloutId = await subscriptions.activeRollout(subscriptionId);
      if (rolloutId !== undefined) {
        throw new AppError("CONFLICT_ROLLOUT_ACTIVE", "A rollout of this subscription is under way; it was not removed.", {
          details: { rolloutId },
        });
      }
      await this.#record(unit, who, row.id, { action: "subscription.removed", details: {} });
      await subscriptions.remove(subscriptionId);
    });
  }

  async #ordered(who: Principal, id: string, reason: string, verb: "pause" | "resume"): Promise<SubscriptionRow> {
    const { id: subscriptionId } = await this.get(who, id);
    await this.#deps.rollouts[verb]({ subscriptionId, actor: who.name, reason });
    return this.get(who, id);
  }

  #change(
    who: Principal,
    id: string,
    work: (unit: WriteUnit, row: SubscriptionRecord, all: SubscriptionRepository) => Promise<SubscriptionChangeRecord | undefined>,
  ): Promise<SubscriptionRow> {
    return this.#deps.store.write(async (unit) => {
      const subscriptions = new SubscriptionRepository(unit.db, who.fleets);
      const change = await work(unit, await subscriptions.require(id), subscriptions);
      if (change !== undefined) await this.#record(unit, who, id, change);
      return readSubscriptionRow(unit.db, who.fleets, id);
    });
  }

  async #record(unit: WriteUnit, who: Principal, id: string, change: SubscriptionChangeRecord): Promise<void> {
    const row = await recordSubscriptionChange(unit, who, id, change);
    unit.afterCommit(() => this.#deps.rollouts.groupChanged(groupIdSchema.parse(row.groupId)));
  }
}

function initialTarget(subscriptionId: string, toReleaseId: string, who: Principal, at: number, channel: string) {
  const fixed = { cause: "initial", outcome: "completed", fromReleaseId: null, rolloutId: null } as const;
  return { ...fixed, subscriptionId, toReleaseId, at, actor: who.name, reason: `subscribed to ${channel}` };
}

function refuseTimeZone(timeZone: string): void {
  if (isTimeZone(timeZone)) return;
  throw new AppError(
    "INPUT_INVALID",
    `"${timeZone}" is not a time zone that this machine knows, such as Europe/Berlin; nothing was saved.`,
    {
      details: { field: "policy.timeZone" },
    },
  );
}

/** The members of a policy that differ, before and after. */
function changedMembers(before: Policy, after: Policy) {
  const keys = policySchema.keyof().options.filter((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]));
  const pick = (from: Policy) => Object.fromEntries(keys.map((key) => [key, from[key] ?? null]));
  return { before: pick(before), after: pick(after) };
}
