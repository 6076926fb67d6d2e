import type { ApplicationId, GrantId, HostId, ReleaseId, RolloutId, SubscriptionId } from "#shared/lib/ids.ts";
import type { WriteUnit } from "../db/store.ts";
import type { HaltOrder } from "./host-link.ts";
import { idOf } from "./rows.ts";

/** A lease to be issued: this host may install this release now. */
export type NewGrant = {
  readonly grantId: GrantId;
  readonly hostId: HostId;
  readonly applicationId: ApplicationId;
  readonly subscriptionId: SubscriptionId;
  readonly fleetId: string;
  /** Set when the release is the target that a rollout brought. */
  readonly rolloutId: RolloutId | undefined;
  readonly releaseId: ReleaseId;
  readonly expiresAt: number;
};

/** Which live grants a stop takes back. */
export type GrantFilter = {
  readonly rolloutIds?: readonly string[];
  readonly subscriptionIds?: readonly string[];
  readonly releaseId?: string;
  readonly hostId?: string;
  readonly grantIds?: readonly string[];
};

/** What was taken back: the halts to send, and the grants whose switch had been allowed and may have begun. */
export type StoppedGrants = { readonly orders: readonly HaltOrder[]; readonly gone: ReadonlySet<GrantId> };

/** Nothing was taken back. */
export const NOTHING_STOPPED: StoppedGrants = { orders: [], gone: new Set() };

/**
 * Writes leases, at most fifty, in the transaction that counted the caps. A lease of the same host for another release of
 * the same application ends with it. Members of opened waves are updating from now on.
 */
export async function issueGrants(unit: WriteUnit, grants: readonly NewGrant[]): Promise<void> {
  const { db, now } = unit;
  if (grants.length === 0) return;
  for (const [applicationId, ofApplication] of Map.groupBy(grants, (grant) => grant.applicationId)) {
    await db
      .updateTable("grants")
      .set((eb) => ({
        state: eb
          .case()
          .when("expiresAt", "<=", now)
          .then("expired" as const)
          .else("revoked" as const)
          .end(),
        endedAt: now,
        reason: "another release is wanted",
      }))
      .where(
        "hostId",
        "in",
        ofApplication.map((grant) => grant.hostId),
      )
      .where("applicationId", "=", applicationId)
      .where("state", "=", "active")
      .execute();
  }
  await db
    .insertInto("grants")
    .values(
      grants.map(({ grantId, hostId, applicationId, subscriptionId, rolloutId, releaseId, expiresAt }) => ({
        hostId,
        applicationId,
        subscriptionId,
        releaseId,
        expiresAt,
        id: grantId,
        rolloutId: rolloutId ?? null,
        state: "active" as const,
        issuedAt: now,
        goAt: null,
        endedAt: null,
        reason: "",
      })),
    )
    .execute();
  for (const [subscriptionId, ofSubscription] of Map.groupBy(grants, (grant) => grant.subscriptionId))
    await markUpdating(unit, subscriptionId, ofSubscription);
  for (const { hostId, applicationId, rolloutId, fleetId } of grants)
    unit.emit({ topic: "host.granted", ids: { hostId, applicationId, ...(rolloutId === undefined ? {} : { rolloutId }) }, fleetId });
}

async function markUpdating({ db, now }: WriteUnit, subscriptionId: SubscriptionId, grants: readonly NewGrant[]): Promise<void> {
  const ofRollout = grants.find((grant) => grant.rolloutId !== undefined)?.rolloutId;
  if (ofRollout === undefined) return;
  await db
    .updateTable("waveMembers")
    .set({ state: "updating", reason: "", updatedAt: now })
    .where(
      "hostId",
      "in",
      grants.filter((grant) => grant.rolloutId === ofRollout).map((grant) => grant.hostId),
    )
    .where("subscriptionId", "=", subscriptionId)
    .where("state", "=", "waiting")
    .where("waveId", "in", (eb) => eb.selectFrom("waves").select("id").where("rolloutId", "=", ofRollout))
    .execute();
}

/** Ends one live grant. */
export async function endGrant(
  { db, now }: WriteUnit,
  grantId: string,
  state: "completed" | "failed" | "expired" | "revoked",
  reason: string,
): Promise<void> {
  await db.updateTable("grants").set({ state, reason, endedAt: now }).where("id", "=", grantId).where("state", "=", "active").execute();
}

/** Ends every lease of a subscription whose time is over; answers the hosts that held them. */
export async function expireGrants({ db, now }: WriteUnit, subscriptionId: string): Promise<readonly HostId[]> {
  const rows = await db
    .updateTable("grants")
    .set({ state: "expired", endedAt: now, reason: "its time ran out" })
    .where("subscriptionId", "=", subscriptionId)
    .where("state", "=", "active")
    .where("expiresAt", "<=", now)
    .returning("hostId")
    .execute();
  return rows.map((row) => idOf(row.hostId));
}

/** Takes live grants back, within the transaction that stops the offering. The halts are sent after its commit. */
export async function stopGrants({ db, now }: WriteUnit, filter: GrantFilter, reason: string): Promise<StoppedGrants> {
  let live = db
    .updateTable("grants")
    .set({ state: "revoked", endedAt: now, reason: reason.slice(0, 500) })
    .where("state", "=", "active");
  if (filter.rolloutIds !== undefined) live = live.where("rolloutId", "in", filter.rolloutIds);
  if (filter.subscriptionIds !== undefined) live = live.where("subscriptionId", "in", filter.subscriptionIds);
  if (filter.releaseId !== undefined) live = live.where("releaseId", "=", filter.releaseId);
  if (filter.hostId !== undefined) live = live.where("hostId", "=", filter.hostId);
  if (filter.grantIds !== undefined) live = live.where("id", "in", filter.grantIds);
  const rows = await live.returning(["id", "hostId", "goAt"]).execute();
  const byHost = Map.groupBy(rows, (row) => row.hostId);
  return {
    orders: [...byHost].map(([hostId, grants]) => ({ hostId: idOf(hostId), grants: grants.map((grant) => idOf(grant.id)) })),
    gone: new Set(rows.filter((row) => row.goAt !== null).map((row) => idOf(row.id))),
  };
}

/** Two stops of one transaction as one. */
export function joinStops(left: StoppedGrants, right: StoppedGrants): StoppedGrants {
  const grants = new Map<HostId, readonly GrantId[]>();
  for (const order of [...left.orders, ...right.orders]) grants.set(order.hostId, [...(grants.get(order.hostId) ?? []), ...order.grants]);
  return { orders: [...grants].map(([hostId, ids]) => ({ hostId, grants: ids })), gone: new Set([...left.gone, ...right.gone]) };
}

/**
 * Brings grants back to life whose switch had begun before the halt came: they count against the caps until they end,
 * since the host really is updating.
 */
export async function restoreGrants({ db, now }: WriteUnit, grantIds: readonly GrantId[]): Promise<void> {
  if (grantIds.length === 0) return;
  const busy = await db
    .selectFrom("grants as held")
    .innerJoin("grants as live", (join) =>
      join.onRef("live.hostId", "=", "held.hostId").onRef("live.applicationId", "=", "held.applicationId"),
    )
    .select("held.id")
    .where("held.id", "in", grantIds)
    .where("live.state", "=", "active")
    .execute();
  const free = grantIds.filter((id) => !busy.some((row) => row.id === id));
  if (free.length === 0) return;
  await db
    .updateTable("grants")
    .set({ state: "active", endedAt: null, reason: "its switch had begun" })
    .where("id", "in", free)
    .where("state", "=", "revoked")
    .where("expiresAt", ">", now)
    .execute();
}
