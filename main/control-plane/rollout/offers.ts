import { decide, type Decision } from "#shared/domain/rollout/decide.ts";
import type { PaceContext } from "#shared/domain/rollout/situation.ts";
import type { ApplicationId, GrantId, HostId, ReleaseId } from "#shared/lib/ids.ts";
import { grantId } from "#shared/lib/ids.ts";
import type { DesiredApplication } from "#shared/protocol/control-frames.ts";
import type { Store, WriteUnit } from "../db/store.ts";
import type { Timers } from "../jobs/timers.ts";
import type { Clock } from "../ports/clock.ts";
import type { Ids } from "../ports/ids.ts";
import { issueGrant } from "./grants.ts";
import type { Db } from "./rows.ts";
import { readPace, readSituations, type ApplicationSituation } from "./situations.ts";
import type { WaitList } from "./wait-list.ts";

/** The durable timer that ends leases; its subject is the subscription. */
export const LEASE_TIMER = "rollout.leases";

/** One application's decision with where it comes from. */
export type ApplicationDecision = { readonly situation: ApplicationSituation; readonly decision: Decision; readonly pace: PaceContext };

type Deps = { readonly store: Store; readonly clock: Clock; readonly ids: Ids; readonly timers: Timers; readonly waitList: WaitList };

/** Decides everything about one host, in the connection given: for answers, explanations and the go. */
export async function decideHost(db: Db, hostId: HostId, now: number): Promise<readonly ApplicationDecision[]> {
  const situations = await readSituations(db, hostId, now);
  return Promise.all(
    situations.map(async (situation) => {
      const pace = await readPace(db, situation, hostId, now);
      return { situation, decision: decide(situation.host, situation.subscription, pace), pace };
    }),
  );
}

const wantsGrant = ({ decision }: ApplicationDecision): boolean => decision.kind === "offer" && decision.grantId === undefined;

/** Answers what hosts should run. Reading decides; only when a grant is to be issued, a transaction decides again and issues it. */
export class Offers {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** See {@link HostSeam.desiredFor}. */
  async desiredFor(hostId: HostId): Promise<readonly DesiredApplication[]> {
    const { store, clock, waitList } = this.#deps;
    const seen = await decideHost(store.read, hostId, clock.now());
    const decided = seen.some(wantsGrant) ? await store.write((unit) => this.#issue(unit, hostId)) : seen;
    for (const { situation, decision } of decided)
      waitList.note(situation.subscriptionId, hostId, decision.kind === "hold" ? decision : undefined);
    const leases = await this.#leases(decided);
    return decided.flatMap(({ situation, decision }) => toDesired(situation, decision, leases));
  }

  async #issue(unit: WriteUnit, hostId: HostId): Promise<readonly ApplicationDecision[]> {
    const decided = await decideHost(unit.db, hostId, unit.now);
    const issued: ApplicationDecision[] = [];
    for (const one of decided) issued.push(wantsGrant(one) ? await this.#issueOne(unit, hostId, one) : one);
    return issued;
  }

  async #issueOne(unit: WriteUnit, hostId: HostId, one: ApplicationDecision): Promise<ApplicationDecision> {
    const { situation, decision } = one;
    if (decision.kind !== "offer") return one;
    const id: GrantId = grantId.parse(this.#deps.ids.uuid());
    const { applicationId, subscriptionId, subscription, rolloutId, fleetId } = situation;
    const { releaseId } = decision.release;
    const expiresAt = unit.now + subscription.policy.updateTimeoutMs;
    const ofRollout = releaseId === subscription.target?.releaseId && situation.host.pinned === undefined ? rolloutId : undefined;
    await issueGrant(unit, { grantId: id, hostId, applicationId, subscriptionId, rolloutId: ofRollout, releaseId, expiresAt });
    if (one.pace.firstGrantEndsAt === undefined || expiresAt < one.pace.firstGrantEndsAt)
      await this.#deps.timers.schedule(unit, LEASE_TIMER, subscriptionId, expiresAt);
    unit.emit({
      topic: "host.granted",
      ids: { hostId, applicationId, ...(ofRollout === undefined ? {} : { rolloutId: ofRollout }) },
      fleetId,
    });
    return { ...one, decision: { ...decision, grantId: id } };
  }

  /** When the leases of these offers end; as the host learns what is left, not when it began. */
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

function toDesired(
  situation: ApplicationSituation,
  decision: Decision,
  leases: ReadonlyMap<string, number>,
): readonly DesiredApplication[] {
  if (decision.kind === "alone" || decision.release.artifact === undefined) return [];
  const { releaseId, version, artifact } = decision.release;
  const productId = situation.releases.get(releaseId)?.productId;
  if (productId === undefined) return [];
  const leaseMs = decision.kind === "offer" && decision.grantId !== undefined ? leases.get(decision.grantId) : undefined;
  return [
    {
      applicationId: situation.applicationId,
      productId,
      releaseId,
      version,
      digest: artifact.digest,
      sizeBytes: artifact.sizeBytes,
      ...(decision.kind === "offer" && decision.grantId !== undefined && leaseMs !== undefined
        ? { grant: { grantId: decision.grantId, leaseMs } }
        : {}),
      ...(decision.kind === "hold" ? { hold: decision.reason } : {}),
    },
  ];
}

/** What is decided for one application, in the words that people read, and the release that it is about. */
export type Explanation = {
  readonly applicationId: ApplicationId;
  readonly decision: Decision["kind"];
  readonly reason: string;
  readonly release?: { readonly releaseId: ReleaseId; readonly version: string };
};

/** Explains every application of a host without issuing anything. */
export async function explainHost(db: Db, hostId: HostId, now: number): Promise<readonly Explanation[]> {
  const decided = await decideHost(db, hostId, now);
  return decided.map(({ situation, decision }) => {
    const words = { applicationId: situation.applicationId, decision: decision.kind, reason: decision.reason };
    return decision.kind === "alone"
      ? words
      : { ...words, release: { releaseId: decision.release.releaseId, version: decision.release.version } };
  });
}
