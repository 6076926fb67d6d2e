import type { Kysely, Selectable } from "kysely";
import { policy, type Policy } from "#shared/domain/rollout/policy.ts";
import { gate, waveSelector, type Rollout, type Wave } from "#shared/domain/rollout/rollout.ts";
import { releaseId, rolloutId, subscriptionId, applicationId } from "#shared/lib/ids.ts";
import type { Schema } from "../db/schema.ts";

/** A connection that reads, or the transaction of a write unit. */
export type Db = Kysely<Schema>;

/**
 * Brands an id that comes out of the database. Rows are written from branded ids only, so parsing every one of ten
 * thousand members again would cost and prove nothing.
 */
export function idOf<I extends string>(text: string): I {
  // Why the cast: see above; the caller names the brand by where the id goes.
  return text as I;
}

/** A wave as the domain knows it. */
export function toWave(row: Selectable<Schema["waves"]>): Wave {
  return {
    id: idOf(row.id),
    rolloutId: idOf(row.rolloutId),
    ordinal: row.ordinal,
    groupId: idOf(row.groupId),
    selector: waveSelector.parse(JSON.parse(row.selector)),
    gate: gate.parse(JSON.parse(row.gate)),
    state: row.state,
    bakedMs: row.bakedMs,
    ...(row.openedAt === null ? {} : { openedAt: row.openedAt }),
    ...(row.bakeJudgedAt === null ? {} : { bakeJudgedAt: row.bakeJudgedAt }),
    ...(row.approvedBy === null ? {} : { approvedBy: row.approvedBy }),
    ...(row.finishedAt === null ? {} : { finishedAt: row.finishedAt }),
  };
}

/** One target of a rollout as the domain knows it. */
export function toTarget(row: Selectable<Schema["rolloutTargets"]>): Rollout["targets"][number] {
  return {
    subscriptionId: subscriptionId.parse(row.subscriptionId),
    applicationId: applicationId.parse(row.applicationId),
    toReleaseId: releaseId.parse(row.toReleaseId),
    ...(row.fromReleaseId === null ? {} : { fromReleaseId: releaseId.parse(row.fromReleaseId) }),
  };
}

/** A rollout with its targets as the domain knows it. */
export function toRollout(row: Selectable<Schema["rollouts"]>, targets: readonly Selectable<Schema["rolloutTargets"]>[]): Rollout {
  return {
    id: rolloutId.parse(row.id),
    fleetId: idOf(row.fleetId),
    kind: row.kind,
    state: row.state,
    targets: targets.map(toTarget),
    salt: row.salt,
    reason: row.reason,
    createdAt: row.createdAt,
    createdBy: row.createdBy,
    stateReason: row.stateReason,
    revision: row.revision,
    ...(row.startedAt === null ? {} : { startedAt: row.startedAt }),
    ...(row.finishedAt === null ? {} : { finishedAt: row.finishedAt }),
    ...(row.supersededBy === null ? {} : { supersededBy: idOf(row.supersededBy) }),
  };
}

/** The policy of a subscription's row. */
export function toPolicy(text: string): Policy {
  return policy.parse(JSON.parse(text));
}
