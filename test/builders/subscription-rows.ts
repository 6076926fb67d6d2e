import { systemIds } from "#main/adapters/system/system-ids.ts";
import type { Store } from "#main/control-plane/db/store.ts";
import { DEFAULT_POLICY, type Policy } from "#shared/domain/rollout/policy.ts";
import type { RolloutState } from "#shared/domain/rollout/rollout.ts";
import { rolloutId, subscriptionId, type RolloutId, type SubscriptionId } from "#shared/lib/ids.ts";

type SubscriptionSeed = {
  readonly groupId: string;
  readonly applicationId: string;
  readonly target?: string | undefined;
  readonly previous?: string | undefined;
  readonly channelId?: string;
  readonly following?: boolean;
  readonly policy?: Partial<Policy>;
};

/** Adds a subscription as it stands after some history. */
export async function addSubscription(store: Store, seed: SubscriptionSeed): Promise<SubscriptionId> {
  const id = subscriptionId.parse(systemIds.uuid());
  const row = {
    id,
    groupId: seed.groupId,
    applicationId: seed.applicationId,
    channelId: seed.channelId ?? null,
    following: seed.following === true ? (1 as const) : (0 as const),
    targetReleaseId: seed.target ?? null,
    previousTargetReleaseId: seed.previous ?? null,
    policy: JSON.stringify({ ...DEFAULT_POLICY, ...seed.policy }),
    canaryHostId: null,
    revision: 0,
  };
  await store.write((unit) => unit.db.insertInto("subscriptions").values(row).execute());
  return id;
}

type RolloutSeed = {
  readonly fleetId: string;
  readonly groupId: string;
  readonly subscriptionId: string;
  readonly applicationId: string;
  readonly to: string;
  readonly from?: string;
  readonly state: RolloutState;
  readonly stateReason?: string;
  /** Hosts that its one wave took; with none it is still pending. */
  readonly members?: readonly string[];
};

const ACTIVE: readonly RolloutState[] = ["planned", "running", "paused", "tripped"];

/** Adds a rollout of one subscription in one wave, with the row of the version history that it made. */
export async function addRollout(store: Store, seed: RolloutSeed): Promise<RolloutId> {
  const id = rolloutId.parse(systemIds.uuid());
  const waveId = systemIds.uuid();
  const { fleetId, groupId, subscriptionId: subscription, applicationId, state, to, members = [] } = seed;
  await store.write(async ({ db, now }) => {
    const common = { createdAt: now, createdBy: "user:ana", startedAt: now, finishedAt: null, supersededBy: null, revision: 0 };
    await db
      .insertInto("rollouts")
      .values({ id, fleetId, kind: "update", state, salt: "s", reason: "", stateReason: seed.stateReason ?? "", ...common })
      .execute();
    await db
      .insertInto("rolloutTargets")
      .values({
        rolloutId: id,
        subscriptionId: subscription,
        applicationId,
        fromReleaseId: seed.from ?? null,
        toReleaseId: to,
        active: ACTIVE.includes(state) ? 1 : 0,
      })
      .execute();
    await db
      .insertInto("targetChanges")
      .values({
        subscriptionId: subscription,
        at: now,
        actor: "user:ana",
        reason: "",
        cause: "rollout",
        fromReleaseId: seed.from ?? null,
        toReleaseId: to,
        rolloutId: id,
        outcome: "in progress",
      })
      .execute();
    const selector = JSON.stringify({ kind: "percent", percent: 10 });
    const gate = JSON.stringify({ successPercent: 100, failureBudget: 0, minimumSample: 1, bakeMs: 0, approval: false });
    const wave = { id: waveId, rolloutId: id, ordinal: 0, groupId, selector, gate, openedAt: null, bakedMs: 0, bakeJudgedAt: null };
    await db
      .insertInto("waves")
      .values({ ...wave, state: members.length > 0 ? "open" : "pending", approvedBy: null, finishedAt: null })
      .execute();
    for (const hostId of members) {
      const member = { waveId, hostId, subscriptionId: subscription, state: "waiting" as const, reason: "", updatedAt: now };
      await db.insertInto("waveMembers").values(member).execute();
    }
  });
  return id;
}
