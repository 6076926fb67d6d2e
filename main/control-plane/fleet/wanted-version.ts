import { isAbandoned, type Offer } from "./offers.ts";

/** What one host has of an application, as far as it decides what it should run. */
export type HostPart = {
  /** It reports to run this release. */
  readonly currentReleaseId: string | undefined;
  /** A wave of the rollout to the target took it. */
  readonly isMember: boolean;
  /** Its pin to a release of this application. */
  readonly pinned: { readonly id: string; readonly version: string } | undefined;
};

/** The release a host should run now, for lists, and why it is not offered when it runs another. */
export type WantedVersion = {
  readonly releaseId: string | undefined;
  readonly version: string | undefined;
  readonly hold: string | undefined;
};

/**
 * Pin, else the target once a wave has reached the host, else the previous target. The reason is the one
 * that a list can know without asking the engine: people and gates, not windows and rates.
 */
export function wantedVersion(offer: Offer, host: HostPart): WantedVersion {
  const { subscription, rollout } = offer;
  const { targetReleaseId, targetVersion, previousTargetReleaseId, previousTargetVersion } = subscription;
  if (host.pinned !== undefined) return { releaseId: host.pinned.id, version: host.pinned.version, hold: undefined };
  const isServed = rollout === undefined || ((host.isMember || rollout.coversGroup) && !isAbandoned(offer));
  const runsTarget = host.currentReleaseId !== undefined && host.currentReleaseId === targetReleaseId;
  if (runsTarget) return { releaseId: targetReleaseId, version: targetVersion, hold: undefined };
  if (isServed) return { releaseId: targetReleaseId, version: targetVersion, hold: stopped(offer) };
  const hold = isUnderWay(offer) ? `waits for its wave of ${targetVersion ?? "the target"}` : undefined;
  return { releaseId: previousTargetReleaseId, version: previousTargetVersion, hold };
}

function stopped({ subscription, rollout }: Offer): string | undefined {
  if (subscription.targetReleaseId === undefined) return undefined;
  if (rollout?.state === "paused" || rollout?.state === "tripped") return rollout.stateReason || `the rollout is ${rollout.state}`;
  return subscription.policy.paused ? "the subscription is paused" : undefined;
}

function isUnderWay({ subscription }: Offer): boolean {
  return subscription.activeRolloutId !== undefined;
}
