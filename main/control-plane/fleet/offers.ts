import { sql, type Kysely } from "kysely";
import type { SubscriptionRow } from "#shared/contract/fleets.ts";
import type { FleetScope } from "#shared/domain/access/permission.ts";
import type { RolloutState } from "#shared/domain/rollout/rollout.ts";
import { waveSelector } from "#shared/domain/rollout/rollout.ts";
import { coversWholeGroup } from "#shared/domain/rollout/wave-coverage.ts";
import type { Schema } from "../db/schema.ts";
import { readSubscriptionRows, type SubscriptionFilter } from "./subscription-view.ts";

/** The rollout that set a subscription's present target. */
export type TargetRollout = {
  readonly id: string;
  readonly state: RolloutState;
  readonly stateReason: string;
  /** All waves of the group have opened and together they cover it: late joiners are served too. */
  readonly coversGroup: boolean;
};

/** A subscription with what decides, for a list, what its hosts should run. */
export type Offer = { readonly subscription: SubscriptionRow; readonly rollout: TargetRollout | undefined };

/** Reads subscriptions together with the rollouts behind their targets. */
export async function readOffers(db: Kysely<Schema>, scope: FleetScope, filter: SubscriptionFilter = {}): Promise<readonly Offer[]> {
  const subscriptions = await readSubscriptionRows(db, scope, filter);
  const rollouts = await readTargetRollouts(db);
  const waves = await readWaves(db, [...new Set([...rollouts.values()].map((rollout) => rollout.id))]);
  return subscriptions.map((subscription) => {
    const rollout = rollouts.get(subscription.id);
    if (rollout === undefined) return { subscription, rollout };
    const wavesOfGroup = waves.filter((wave) => wave.rolloutId === rollout.id && wave.groupId === subscription.groupId);
    return { subscription, rollout: { ...rollout, coversGroup: coversWholeGroup(wavesOfGroup) } };
  });
}

/** Whether the rollout to the target was given up, so that it brings its release to nobody any more. */
export function isAbandoned({ rollout }: Offer): boolean {
  return rollout?.state === "aborted" || rollout?.state === "superseded";
}

async function readTargetRollouts(db: Kysely<Schema>) {
  const rows = await db
    .selectFrom("subscriptions")
    .innerJoin("targetChanges", (join) =>
      join.on(
        "targetChanges.id",
        "=",
        sql<number>`(select max(t.id) from "targetChanges" t where t."subscriptionId" = "subscriptions"."id")`,
      ),
    )
    .innerJoin("rollouts", "rollouts.id", "targetChanges.rolloutId")
    .select(["subscriptions.id as subscriptionId", "rollouts.id", "rollouts.state", "rollouts.stateReason"])
    .execute();
  return new Map(rows.map(({ subscriptionId, ...rollout }) => [subscriptionId, rollout]));
}

async function readWaves(db: Kysely<Schema>, rolloutIds: readonly string[]) {
  if (rolloutIds.length === 0) return [];
  const rows = await db
    .selectFrom("waves")
    .select(["rolloutId", "groupId", "selector", "state"])
    .where("rolloutId", "in", rolloutIds)
    .execute();
  return rows.map((row) => ({ ...row, selector: waveSelector.parse(JSON.parse(row.selector)) }));
}
