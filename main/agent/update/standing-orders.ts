import type { GrantId } from "#shared/lib/ids.ts";
import type { HaltedGrants } from "./halt.ts";
import type { Journal, TargetRelease } from "./journal.ts";
import { isLive, type Lease } from "./lease.ts";
import type { DesiredTarget } from "./next-step.ts";

/** What the control plane wants here, with the lease as it was received. */
export type UnitDesired = {
  readonly target: TargetRelease;
  readonly grant?: { readonly grantId: GrantId; readonly passesLocks?: boolean } & Lease;
  /** Why nothing is granted, for people. */
  readonly hold?: string;
};

/**
 * What is wanted of one application, and the goes that were given for it. Kept in memory alone: after a restart the
 * desired document tells the first anew, and a go has to be given again.
 */
export class StandingOrders {
  /** The document's word; undefined leaves the application as it is. */
  desired: UnitDesired | undefined;
  /** An order of this host itself, which goes before the document's word. */
  order: UnitDesired | undefined;
  readonly #goes = new Map<GrantId, Lease>();
  readonly #journal: () => Pick<Journal, "candidate" | "spentGrants">;

  constructor(journal: () => Pick<Journal, "candidate" | "spentGrants">) {
    this.#journal = journal;
  }

  /** What is wanted now: an order of the host's own while it has not begun its switch, else the document's word. */
  get wanted(): UnitDesired | undefined {
    const grant = this.order?.grant;
    return grant === undefined || this.#journal().spentGrants.includes(grant.grantId) ? this.desired : this.order;
  }

  /** Grants that a halt may be about. */
  get offered(): readonly GrantId[] {
    const wanted = [this.desired?.grant, this.order?.grant];
    return [...this.#goes.keys(), ...wanted.flatMap((grant) => (grant === undefined ? [] : [grant.grantId]))];
  }

  /** Takes the go for a switch. One for another application, or for a grant that is over, is nothing: whether it was taken. */
  go(grantId: GrantId, lease: Lease): boolean {
    const { candidate, spentGrants } = this.#journal();
    const isMine = candidate?.grantId === grantId || this.wanted?.grant?.grantId === grantId;
    if (!isMine || spentGrants.includes(grantId)) return false;
    this.#goes.set(grantId, lease);
    return true;
  }

  /** Takes goes back. */
  halt(grants: HaltedGrants): void {
    for (const grantId of this.#goes.keys()) if (grants === "all" || grants.includes(grantId)) this.#goes.delete(grantId);
  }

  /** Goes whose lease holds at this moment of the monotonic clock, in ms. */
  liveGoes(atMs: number): readonly GrantId[] {
    for (const [grantId, lease] of this.#goes) if (!isLive(lease, atMs)) this.#goes.delete(grantId);
    return [...this.#goes.keys()];
  }

  /** What is wanted, as the planner asks for it, at this moment of the monotonic clock. */
  targetAt(atMs: number): DesiredTarget | undefined {
    const { wanted } = this;
    if (wanted === undefined) return undefined;
    const { target, grant } = wanted;
    return grant === undefined ? { target } : { target, grant: { grantId: grant.grantId, live: isLive(grant, atMs) } };
  }

  /** Whether the candidate is what is wanted, under a lease that holds. */
  hasLiveGrant(atMs: number): boolean {
    const grant = this.wanted?.grant;
    return grant !== undefined && grant.grantId === this.#journal().candidate?.grantId && isLive(grant, atMs);
  }

  /** Whether a staged candidate has its go and nothing but a lock of its application's own could hold it back. */
  get mayBeHeldBack(): boolean {
    const { candidate } = this.#journal();
    const grant = this.wanted?.grant;
    if (candidate?.state !== "staged" || !this.#goes.has(candidate.grantId)) return false;
    return grant?.grantId !== candidate.grantId || grant.passesLocks !== true;
  }
}
