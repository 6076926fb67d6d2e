import { randomUUID } from "node:crypto";
import { grantId, type ApplicationId, type GrantId } from "#shared/lib/ids.ts";
import type { DesiredApplication } from "#shared/protocol/control-frames.ts";
import { OneAtATime } from "#main/node/one-at-a-time.ts";
import type { DesiredStore } from "../state/desired-store.ts";
import type { ApplicationUnits } from "../update/application-units.ts";
import type { TargetRelease } from "../update/journal.ts";
import { isLive } from "../update/lease.ts";
import { findQuarantine } from "../update/quarantine.ts";
import { isSameRelease } from "../update/release-identity.ts";
import type { AfterFetch } from "./standalone-config.ts";

/** What a source offers of one product. */
export type LocalOffer = { readonly applicationId: ApplicationId; readonly productId: string; readonly target: TargetRelease };

/** What granting takes. */
export type LocalDesiredPorts = {
  readonly store: DesiredStore;
  readonly units: ApplicationUnits;
  /** What follows when a version is staged next to one that serves. */
  readonly afterFetch: (productId: string) => AfterFetch;
  readonly isFollowed: (productId: string) => boolean;
  readonly now: () => number;
  readonly nowMs: () => number;
};

/** A grant of this host to itself; renewed by the looks at the source, long before it ends. */
const LEASE_MS = 86_400_000;

/**
 * What a host without a control plane wants to run: the same document, with grants that the host gives itself. So the
 * journal, the switch, probation and quarantine are the very ones of a managed host.
 */
export class LocalDesired {
  readonly #ports: LocalDesiredPorts;
  readonly #turns = new OneAtATime();
  /** Grants that have their permission to switch in this run of the agent. */
  readonly #gone = new Set<GrantId>();

  constructor(ports: LocalDesiredPorts) {
    this.#ports = ports;
  }

  /** Puts in force what was wanted before this start. What waited for a start is switched to. */
  async restore(): Promise<void> {
    await this.#putInForce();
    for (const { grant } of this.#ports.store.current?.frame.applications ?? []) if (grant !== undefined) this.go(grant.grantId);
  }

  /** Wants a release from now on. Durable when it resolves. */
  offer(offer: LocalOffer): Promise<void> {
    return this.#turns.run(async () => {
      const { store, nowMs } = this.#ports;
      const before = store.current;
      const mine = before?.frame.applications.find((one) => one.productId === offer.productId);
      const others = before?.frame.applications.filter((one) => one.productId !== offer.productId) ?? [];
      const wanted = this.#toWanted(offer, mine);
      const isFresh = before !== undefined && isLive({ receivedAtMs: before.receivedAtMs, leaseMs: LEASE_MS / 2 }, nowMs());
      if (!isFresh || JSON.stringify(wanted) !== JSON.stringify(mine)) {
        const pair = { epoch: 0, revision: (before?.frame.pair.revision ?? 0) + 1 };
        await store.apply({ type: "desired", pair, applications: [...others, wanted] }, nowMs());
        await this.#putInForce();
      }
      if (wanted.grant !== undefined && !this.#waits(offer)) this.go(wanted.grant.grantId);
    });
  }

  /**
   * Whether this agent is to end, since a version lies here that a start is to go to, and the application has not asked
   * for a delay.
   */
  get isToEnd(): boolean {
    const { store, units, afterFetch, isFollowed } = this.#ports;
    const wanted = store.current?.frame.applications ?? [];
    return wanted.some(({ applicationId, productId, grant }) => {
      if (grant === undefined || this.#gone.has(grant.grantId) || !isFollowed(productId) || afterFetch(productId) !== "end") return false;
      const unit = units.find(applicationId);
      const { candidate } = unit?.journal ?? {};
      return candidate?.state === "staged" && candidate.grantId === grant.grantId && unit?.describe().updateLock === undefined;
    });
  }

  /** The permission to switch. */
  go(id: GrantId): void {
    this.#gone.add(id);
    this.#ports.units.go(id, { receivedAtMs: this.#ports.nowMs(), leaseMs: LEASE_MS });
  }

  /** A product that the configuration does not name any more is left as it is. */
  async #putInForce(): Promise<void> {
    const { store, units, isFollowed } = this.#ports;
    if (store.current === undefined) return;
    const { frame, receivedAtMs } = store.current;
    const applications = frame.applications.filter((one) => isFollowed(one.productId));
    await units.setDesired({ frame: { ...frame, applications }, receivedAtMs });
  }

  #toWanted({ applicationId, productId, target }: LocalOffer, mine: DesiredApplication | undefined): DesiredApplication {
    const journal = this.#ports.units.find(applicationId)?.journal;
    const named = { applicationId, productId, ...target };
    if (journal?.serving.state === "healthy" && isSameRelease(journal.serving.release, target)) return named;
    const entry = journal && findQuarantine(journal.quarantine, target, this.#ports.now());
    if (entry !== undefined) return { ...named, hold: `This host took ${target.version} back before: ${entry.reason}`.slice(0, 500) };
    const kept = isSameRelease(mine, target) ? mine?.grant?.grantId : undefined;
    const isOver =
      kept !== undefined && journal?.spentGrants.includes(kept) === true && ["healthy", "nothing"].includes(journal.serving.state);
    // A try that ended without a verdict, or failed on the way, is made again with the next look.
    const id = kept === undefined || isOver ? grantId.parse(randomUUID()) : kept;
    return { ...named, grant: { grantId: id, leaseMs: LEASE_MS } };
  }

  /** What serves is not disturbed; where nothing serves, there is nothing to disturb. */
  #waits({ applicationId, productId }: LocalOffer): boolean {
    const state = this.#ports.units.find(applicationId)?.journal.serving.state;
    return this.#ports.afterFetch(productId) !== "switch" && state !== undefined && state !== "nothing";
  }
}
