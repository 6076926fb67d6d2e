import { grantId, type GrantId, type HostId } from "#shared/lib/ids.ts";
import type { DesiredApplication } from "#shared/protocol/control-frames.ts";
import type { Store, WriteUnit } from "../db/store.ts";
import type { Timers } from "../jobs/timers.ts";
import type { Clock } from "../ports/clock.ts";
import type { Ids } from "../ports/ids.ts";
import { decideHosts, decideOne, type ApplicationDecision } from "./decisions.ts";
import { issueGrants, type NewGrant } from "./grants.ts";
import { PaceBook } from "./pace-book.ts";
import { readSituations } from "./situations.ts";
import type { WaitList } from "./wait-list.ts";

/** The durable timer that ends leases; its subject is the subscription. */
export const LEASE_TIMER = "rollout.leases";

/** Hosts that are answered together: what they share is read once. */
const ASKING_AT_ONCE = 200;

/** Grants of one transaction, so that a pause need not wait for more. */
const GRANTS_AT_ONCE = 50;

type Deps = { readonly store: Store; readonly clock: Clock; readonly ids: Ids; readonly timers: Timers; readonly waitList: WaitList };

type Asking = { readonly resolve: (desired: readonly DesiredApplication[]) => void; readonly reject: (failure: unknown) => void };

const wantsGrant = ({ decision }: ApplicationDecision): boolean => decision.kind === "offer" && decision.grantId === undefined;

/**
 * Answers what hosts should run. Hosts that ask at the same time are answered together: reading decides, and only for
 * those that a grant is to be issued to, a transaction decides again and issues it.
 */
export class Offers {
  readonly #deps: Deps;
  #asking = new Map<HostId, Asking[]>();
  #isServing = false;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** See {@link HostSeam.desiredFor}. */
  desiredFor(hostId: HostId): Promise<readonly DesiredApplication[]> {
    return new Promise((resolve, reject) => {
      this.#asking.set(hostId, [...(this.#asking.get(hostId) ?? []), { resolve, reject }]);
      if (!this.#isServing) {
        this.#isServing = true;
        // Whoever asks in this turn of the event loop is in the first batch.
        queueMicrotask(() => void this.#serve());
      }
    });
  }

  async #serve(): Promise<void> {
    while (this.#asking.size > 0) {
      const batch = [...this.#asking].slice(0, ASKING_AT_ONCE);
      for (const [hostId] of batch) this.#asking.delete(hostId);
      try {
        const answers = await this.#answer(batch.map(([hostId]) => hostId));
        for (const [hostId, askers] of batch) for (const { resolve } of askers) resolve(answers.get(hostId) ?? []);
      } catch (failure) {
        for (const [, askers] of batch) for (const { reject } of askers) reject(failure);
      }
    }
    this.#isServing = false;
  }

  async #answer(hostIds: readonly HostId[]): Promise<ReadonlyMap<HostId, readonly DesiredApplication[]>> {
    const { store, clock, waitList } = this.#deps;
    const seen = await decideHosts(store.read, hostIds, clock.now());
    const wanting = [...new Set(seen.filter(wantsGrant).map(({ situation }) => situation.hostId))];
    const decided = seen.filter(({ situation }) => !wanting.includes(situation.hostId));
    for (let from = 0; from < wanting.length; from += GRANTS_AT_ONCE) {
      decided.push(...(await store.write((unit) => this.#issue(unit, wanting.slice(from, from + GRANTS_AT_ONCE)))));
    }
    for (const { situation, decision } of decided)
      waitList.note(situation.subscriptionId, situation.hostId, decision.kind === "hold" ? decision : undefined);
    const leases = await this.#leases(decided);
    const byHost = Map.groupBy(decided, ({ situation }) => situation.hostId);
    return new Map([...byHost].map(([hostId, ofHost]) => [hostId, ofHost.flatMap((one) => toDesired(one, leases))]));
  }

  async #issue(unit: WriteUnit, hostIds: readonly HostId[]): Promise<readonly ApplicationDecision[]> {
    const situations = await readSituations(unit.db, hostIds, unit.now);
    const book = await PaceBook.read(unit.db, situations, unit.now);
    const grants: NewGrant[] = [];
    const dueFirst = new Map<string, number>();
    const decided = situations.map((situation): ApplicationDecision => {
      const one = decideOne(situation, book);
      const { decision, pace } = one;
      if (decision.kind !== "offer" || decision.grantId !== undefined) return one;
      const grant = this.#newGrant(one, decision.release.releaseId, unit.now);
      grants.push(grant);
      book.note(situation.subscriptionId, situation.hostId, grant.expiresAt);
      if (pace.firstGrantEndsAt === undefined || grant.expiresAt < pace.firstGrantEndsAt)
        dueFirst.set(situation.subscriptionId, grant.expiresAt);
      return { ...one, decision: { ...decision, grantId: grant.grantId } };
    });
    await issueGrants(unit, grants);
    for (const [subscriptionId, dueAt] of dueFirst) await this.#deps.timers.schedule(unit, LEASE_TIMER, subscriptionId, dueAt);
    return decided;
  }

  #newGrant({ situation }: ApplicationDecision, releaseId: NewGrant["releaseId"], now: number): NewGrant {
    const { hostId, applicationId, subscriptionId, subscription, rolloutId, fleetId, host } = situation;
    const id: GrantId = grantId.parse(this.#deps.ids.uuid());
    const isTarget = releaseId === subscription.target?.releaseId && host.pinned === undefined;
    return {
      grantId: id,
      hostId,
      applicationId,
      subscriptionId,
      fleetId,
      rolloutId: isTarget ? rolloutId : undefined,
      releaseId,
      expiresAt: now + subscription.policy.updateTimeoutMs,
    };
  }

  /** What is left of the leases of these offers: the host learns that, not when they began. */
  async #leases(decided: readonly ApplicationDecision[]): Promise<ReadonlyMap<string, number>> {
    const ids = decided.flatMap(({ decision }) => (decision.kind === "offer" && decision.grantId !== undefined ? [decision.grantId] : []));
    if (ids.length === 0) return new Map();
    const rows = await this.#deps.store.read
      .selectFrom("grants")
      .select(["id", "expiresAt"])
      .where("id", "in", ids)
      .where("state", "=", "active")
      .execute();
    const now = this.#deps.clock.now();
    return new Map(rows.map((row) => [row.id, Math.max(0, row.expiresAt - now)]));
  }
}

function toDesired({ situation, decision }: ApplicationDecision, leases: ReadonlyMap<string, number>): readonly DesiredApplication[] {
  if (decision.kind === "alone" || decision.release.artifact === undefined) return [];
  const { releaseId, version, artifact } = decision.release;
  const productId = situation.releases.get(releaseId)?.productId;
  if (productId === undefined) return [];
  const granted = decision.kind === "offer" ? decision.grantId : undefined;
  const leaseMs = leases.get(granted ?? "");
  const { target, rollout } = situation.subscription;
  const passesLocks = rollout?.kind === "rollback" && releaseId === target?.releaseId && { passesLocks: true };
  return [
    {
      applicationId: situation.applicationId,
      productId,
      releaseId,
      version,
      digest: artifact.digest,
      sizeBytes: artifact.sizeBytes,
      ...(granted === undefined || leaseMs === undefined ? {} : { grant: { grantId: granted, leaseMs, ...passesLocks } }),
      ...(decision.kind === "hold" ? { hold: decision.reason } : {}),
    },
  ];
}
