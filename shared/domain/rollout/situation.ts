import type { GrantId, ReleaseId } from "../../lib/ids.ts";
import type { Policy } from "./policy.ts";
import type { ReleaseOption } from "./release-option.ts";
import type { RolloutState } from "./rollout.ts";

/** One host, as far as one application goes. What it runs is what it reports, never what it was told. */
export type HostSituation = {
  readonly state: "pending" | "active" | "revoked";
  /** Two live links share its identity. */
  readonly cloned: boolean;
  /** The release of this application that an operator pinned it to. */
  readonly pinned: ReleaseOption | undefined;
  readonly current: { readonly digest: string; readonly version: string } | undefined;
  /** Digests in quarantine there, expired ones left out. */
  readonly quarantinedDigests: readonly string[];
  /** The last attempt that failed there, whatever became of it. */
  readonly lastFailure: { readonly digest: string; readonly at: number } | undefined;
  /** Its live grant for this application. */
  readonly grant: { readonly grantId: GrantId; readonly releaseId: ReleaseId } | undefined;
  /** Its application asks not to be updated before then, by the host's own clock. */
  readonly updateLock: { readonly reason: string; readonly until: number } | undefined;
};

/** The rollout that set the subscription's present target. `served` says whether its waves have reached this host. */
export type TargetRollout = {
  readonly kind: "update" | "rollback";
  readonly state: RolloutState;
  readonly stateReason: string;
  readonly served: boolean;
};

/** The subscription that a host resolves to for one application. */
export type SubscriptionSituation = {
  readonly policy: Policy;
  readonly target: ReleaseOption | undefined;
  /** What hosts are offered that no wave has reached. */
  readonly previous: ReleaseOption | undefined;
  /** The signed bound below which no host may go, where one is set. */
  readonly minimumVersion: string | undefined;
  /** Undefined for a target that was set without a rollout: it serves everyone. */
  readonly rollout: TargetRollout | undefined;
};

/** How fast the subscription is moving at `now`, counted in the transaction that would issue the grant. */
export type PaceContext = {
  readonly now: number;
  /** Live grants of the subscription's other hosts, and when the first of them ends. */
  readonly otherGrants: number;
  readonly firstGrantEndsAt: number | undefined;
  /** Set while the rate cap is reached: when the next grant may begin. */
  readonly rateFullUntil: number | undefined;
  /** Some host of the subscription runs the target, passed its probation and is well. */
  readonly targetProven: boolean;
};
