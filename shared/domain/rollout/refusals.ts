import { compareSemver } from "../../lib/semver.ts";
import { holdFor, holdUntil, type Hold } from "./hold.ts";
import type { OfferedRelease } from "./release-option.ts";
import type { HostSituation, PaceContext, SubscriptionSituation } from "./situation.ts";
import { describeMoment, windowState } from "./update-window.ts";
import type { Wanted } from "./wanted-release.ts";

/** Going down is for rollbacks, for pins and where the policy allows it; never on the way to the previous target. */
function mayGoDown(role: Wanted["role"], { policy, rollout }: SubscriptionSituation): boolean {
  return role === "pinned" || (role === "target" && (policy.allowDowngrade || rollout?.kind === "rollback"));
}

/** What speaks against this release on this host, whatever the pace. Host and release stand as they are reported. */
export function releaseRefusal(
  host: HostSituation,
  subscription: SubscriptionSituation,
  role: Wanted["role"],
  release: OfferedRelease,
): Hold | undefined {
  const { version, artifact } = release;
  const { minimumVersion } = subscription;
  if (host.cloned) return holdFor("cloned", "two machines share this identity");
  if (release.blocked) return holdFor("blocked", `${version} is blocked`);
  if (release.state !== "published")
    return holdFor("not-published", release.state === "withdrawn" ? `${version} was withdrawn` : `${version} is not published`);
  if (host.quarantinedDigests.includes(artifact.digest)) return holdFor("quarantined", `${version} is quarantined here`);
  if (minimumVersion !== undefined && compareSemver(version, minimumVersion) < 0)
    return holdFor("below-minimum", `${version} is below the minimum version ${minimumVersion}`);
  if (host.current !== undefined && compareSemver(version, host.current.version) < 0 && !mayGoDown(role, subscription))
    return holdFor("newer", `runs ${host.current.version}, which is newer than ${version}`);
  return undefined;
}

/** Whether somebody or a gate has stopped the offering. A running rollback goes on in a paused subscription: it was ordered. */
export function stopRefusal({ policy, rollout }: SubscriptionSituation, role: Wanted["role"]): Hold | undefined {
  if (role !== "pinned" && rollout?.state === "paused") return holdFor("rollout-paused", rollout.stateReason);
  if (role !== "pinned" && rollout?.state === "tripped") return holdFor("rollout-tripped", rollout.stateReason);
  const ordered = rollout?.kind === "rollback" && rollout.state === "running";
  return policy.paused && !ordered ? holdFor("paused", "the subscription is paused") : undefined;
}

/** A failed attempt is not repeated at once: the next one waits as long as an update may take. */
function failureRefusal(host: HostSituation, { policy }: SubscriptionSituation, digest: string, now: number): Hold | undefined {
  const failure = host.lastFailure;
  if (failure === undefined || failure.digest !== digest) return undefined;
  const until = failure.at + policy.updateTimeoutMs;
  return now < until
    ? holdUntil("failed-recently", `it failed here; next try at ${describeMoment(until, now, policy.timeZone)}`, until, now)
    : undefined;
}

function windowRefusal({ policy }: SubscriptionSituation, now: number): Hold | undefined {
  const state = windowState(policy, now);
  if (state.open) return undefined;
  const until = state.opensAt === undefined ? "" : ` until ${describeMoment(state.opensAt, now, policy.timeZone)}`;
  return holdUntil("window", state.cause === "window" ? `outside window${until}` : `blackout date${until}`, state.opensAt, now);
}

/** A lock is given back when its application likes, so that it is asked after this often. No host holds one for longer than an hour. */
const LOCK_RECHECK_MS = 60_000;
const LONGEST_LOCK_MS = 3_600_000;

/** "Not now", said by the application. It never holds back what operators order to be undone. */
function lockRefusal({ updateLock }: HostSituation, { policy }: SubscriptionSituation, now: number): Hold | undefined {
  if (updateLock === undefined || updateLock.until <= now || updateLock.until > now + LONGEST_LOCK_MS) return undefined;
  const { reason, until } = updateLock;
  const when = describeMoment(until, now, policy.timeZone);
  return holdUntil("update-lock", `the application asks to wait until ${when}: ${reason}`, Math.min(until, now + LOCK_RECHECK_MS), now);
}

/** Whether the policy lets one more update begin now. A rollback waits only for the concurrency cap, unless the policy says otherwise. */
export function paceRefusal(
  host: HostSituation,
  subscription: SubscriptionSituation,
  wanted: { readonly role: Wanted["role"]; readonly digest: string },
  pace: PaceContext,
): Hold | undefined {
  const { policy, rollout } = subscription;
  const { now, otherGrants } = pace;
  const expedited = rollout?.kind === "rollback" && policy.expediteRollback && wanted.role !== "pinned";
  const failure = failureRefusal(host, subscription, wanted.digest, now);
  if (failure !== undefined) return failure;
  const locked = rollout?.kind === "rollback" && wanted.role !== "pinned" ? undefined : lockRefusal(host, subscription, now);
  if (locked !== undefined) return locked;
  if (!expedited) {
    const outside = windowRefusal(subscription, now);
    if (outside !== undefined) return outside;
    if (pace.rateFullUntil !== undefined)
      return holdUntil(
        "rate",
        `${policy.rate?.count ?? 0} updates have begun lately; the next may begin at ${describeMoment(pace.rateFullUntil, now, policy.timeZone)}`,
        pace.rateFullUntil,
        now,
      );
    if (policy.canaryFirst && wanted.role === "target" && !pace.targetProven && otherGrants > 0)
      return holdUntil("canary", "one host goes first and has to stay well", pace.firstGrantEndsAt, now);
  }
  if (policy.concurrency !== undefined && otherGrants >= policy.concurrency)
    return holdUntil("concurrency", `${otherGrants} hosts are updating, no more may at a time`, pace.firstGrantEndsAt, now);
  return undefined;
}
