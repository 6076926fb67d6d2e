import type { Policy } from "#shared/domain/rollout/policy.ts";
import type { PaceContext } from "#shared/domain/rollout/situation.ts";
import type { HostId, SubscriptionId } from "#shared/lib/ids.ts";
import type { ApplicationSituation } from "./situations.ts";
import type { Db } from "./rows.ts";

type Page = {
  /** When each host's live grant ends. */
  readonly live: Map<string, number>;
  /** When the newest grants began, newest first; as many as the rate cap counts. */
  readonly issuedAt: number[];
  /** Up to two hosts that run the target well: enough to tell about any host whether another one does. */
  readonly proven: readonly string[];
  readonly rate: Policy["rate"];
};

/**
 * How fast subscriptions are moving, read once for many hosts. Within the transaction that issues grants it is kept up
 * with `note`, so that the caps hold for hosts decided one after the other exactly as for hosts decided apart.
 */
export class PaceBook {
  readonly #now: number;
  readonly #pages: ReadonlyMap<SubscriptionId, Page>;

  private constructor(now: number, pages: ReadonlyMap<SubscriptionId, Page>) {
    this.#now = now;
    this.#pages = pages;
  }

  static async read(db: Db, situations: readonly ApplicationSituation[], now: number): Promise<PaceBook> {
    const pages = new Map<SubscriptionId, Page>();
    for (const situation of situations) {
      if (!pages.has(situation.subscriptionId)) pages.set(situation.subscriptionId, await readPage(db, situation, now));
    }
    return new PaceBook(now, pages);
  }

  /** The pace as one host meets it. */
  paceOf(subscriptionId: SubscriptionId, hostId: HostId): PaceContext {
    const page = this.#pages.get(subscriptionId);
    if (page === undefined)
      return { now: this.#now, otherGrants: 0, firstGrantEndsAt: undefined, rateFullUntil: undefined, targetProven: false };
    const { live, issuedAt, proven, rate } = page;
    const leavesAt = rate === undefined ? 0 : (issuedAt[rate.count - 1] ?? Number.NEGATIVE_INFINITY) + rate.intervalMs;
    return {
      now: this.#now,
      otherGrants: live.size - (live.has(hostId) ? 1 : 0),
      firstGrantEndsAt: firstEnd(live, hostId),
      rateFullUntil: leavesAt > this.#now ? leavesAt : undefined,
      targetProven: proven.some((id) => id !== hostId),
    };
  }

  /** A grant was issued in this transaction. */
  note(subscriptionId: SubscriptionId, hostId: HostId, expiresAt: number): void {
    const page = this.#pages.get(subscriptionId);
    page?.live.set(hostId, expiresAt);
    page?.issuedAt.unshift(this.#now);
  }
}

/** Live grants are kept in the order of their ends, so the first other one is the answer. */
function firstEnd(live: ReadonlyMap<string, number>, except: HostId): number | undefined {
  for (const [hostId, expiresAt] of live) if (hostId !== except) return expiresAt;
  return undefined;
}

async function readPage(
  db: Db,
  { subscriptionId, groupId, applicationId, subscription }: ApplicationSituation,
  now: number,
): Promise<Page> {
  const { policy, target } = subscription;
  const live = await db
    .selectFrom("grants")
    .select(["hostId", "expiresAt"])
    .where("subscriptionId", "=", subscriptionId)
    .where("state", "=", "active")
    .where("expiresAt", ">", now)
    .orderBy("expiresAt")
    .execute();
  const recent =
    policy.rate === undefined
      ? []
      : await db
          .selectFrom("grants")
          .select("issuedAt")
          .where("subscriptionId", "=", subscriptionId)
          .orderBy("issuedAt", "desc")
          .limit(policy.rate.count)
          .execute();
  return {
    live: new Map(live.map((row) => [row.hostId, row.expiresAt])),
    issuedAt: recent.map((row) => row.issuedAt),
    proven: policy.canaryFirst && target !== undefined ? await readProven(db, groupId, applicationId, target.releaseId) : [],
    rate: policy.rate,
  };
}

async function readProven(db: Db, groupId: string, applicationId: string, releaseId: string): Promise<readonly string[]> {
  const rows = await db
    .selectFrom("hostApplications")
    .innerJoin("hosts", "hosts.id", "hostApplications.hostId")
    .select("hosts.id")
    .where("hostApplications.currentReleaseId", "=", releaseId)
    .where("hostApplications.applicationId", "=", applicationId)
    .where("hosts.groupId", "=", groupId)
    .where("hostApplications.healthy", "=", 1)
    .where("hostApplications.phase", "not in", ["switching", "probation", "reverting"])
    .limit(2)
    .execute();
  return rows.map((row) => row.id);
}
