import { DEFAULT_POLICY, type Policy } from "#shared/domain/rollout/policy.ts";
import type { OfferedRelease } from "#shared/domain/rollout/release-option.ts";
import { gate, type Gate, type Wave } from "#shared/domain/rollout/rollout.ts";
import type { HostSituation, PaceContext, SubscriptionSituation } from "#shared/domain/rollout/situation.ts";
import type { MemberEvidence } from "#shared/domain/rollout/member-outcome.ts";
import type { MemberReport } from "#shared/domain/rollout/member-report.ts";
import { grantId, groupId, hostId, releaseId, rolloutId, subscriptionId, waveId, type HostId } from "#shared/lib/ids.ts";

/** A UUID made of a family and a number, so that tests read as sentences. */
export const uuidOf = (family: number, number: number): string =>
  `${family.toString(16).padStart(8, "0")}-0000-4000-8000-${number.toString(16).padStart(12, "0")}`;

export const aHostId = (number: number): HostId => hostId.parse(uuidOf(1, number));
export const aReleaseId = (number: number) => releaseId.parse(uuidOf(2, number));
export const aSubscriptionId = (number: number) => subscriptionId.parse(uuidOf(3, number));
export const aGroupId = (number: number) => groupId.parse(uuidOf(4, number));
export const aWaveId = (number: number) => waveId.parse(uuidOf(5, number));
export const aGrantId = (number: number) => grantId.parse(uuidOf(6, number));
export const aRolloutId = (number: number) => rolloutId.parse(uuidOf(7, number));

/** Release `1.<minor>.0` with an artifact whose digest is made of the minor. */
export const aRelease = (minor: number, change: Partial<OfferedRelease> = {}): OfferedRelease => ({
  releaseId: aReleaseId(minor),
  version: `1.${minor}.0`,
  state: "published",
  blocked: false,
  artifact: { digest: digestOf(minor), sizeBytes: 1000 },
  ...change,
});

export const digestOf = (minor: number): string => minor.toString(16).padStart(64, "0");

/** The host as it runs release `1.<minor>.0`. */
export const aHost = (minor: number | undefined, change: Partial<HostSituation> = {}): HostSituation => ({
  state: "active",
  cloned: false,
  pinned: undefined,
  current: minor === undefined ? undefined : { digest: digestOf(minor), version: `1.${minor}.0` },
  quarantinedDigests: [],
  lastFailure: undefined,
  updateLock: undefined,
  grant: undefined,
  ...change,
});

export const aPolicy = (change: Partial<Policy> = {}): Policy => ({ ...DEFAULT_POLICY, ...change });

/** A subscription that moves from 1.1.0 to 1.2.0 by a running rollout which has reached the host. */
export const aSubscription = (change: Partial<SubscriptionSituation> = {}): SubscriptionSituation => ({
  policy: DEFAULT_POLICY,
  target: aRelease(2),
  previous: aRelease(1),
  minimumVersion: undefined,
  rollout: { kind: "update", state: "running", stateReason: "", served: true },
  ...change,
});

export const aPace = (change: Partial<PaceContext> = {}): PaceContext => ({
  now: 1_000_000,
  otherGrants: 0,
  firstGrantEndsAt: undefined,
  rateFullUntil: undefined,
  targetProven: false,
  ...change,
});

export const aGate = (change: Partial<Gate> = {}): Gate => ({ ...gate.parse({}), ...change });

export const aWave = (ordinal: number, change: Partial<Wave> = {}): Wave => ({
  id: aWaveId(ordinal),
  rolloutId: aRolloutId(1),
  ordinal,
  groupId: aGroupId(ordinal),
  selector: { kind: "all" },
  gate: aGate(),
  state: "pending",
  bakedMs: 0,
  ...change,
});

/** What a host reports that runs 1.2.0 well. */
export const aReport = (change: Partial<MemberReport> = {}): MemberReport => ({
  at: 1_000_000,
  digest: digestOf(2),
  version: "1.2.0",
  phase: "healthy",
  grantId: undefined,
  healthy: true,
  unwellSince: undefined,
  restarts: 0,
  processStartedAt: 0,
  failure: undefined,
  ...change,
});

/** A member of wave 0 that waits for 1.2.0 and was heard of just now. */
export const aMember = (number: number, change: Partial<MemberEvidence> = {}): MemberEvidence => ({
  waveId: aWaveId(0),
  hostId: aHostId(number),
  subscriptionId: aSubscriptionId(0),
  state: "waiting",
  updatedAt: 900_000,
  departure: undefined,
  digest: digestOf(2),
  offering: true,
  updateTimeoutMs: 600_000,
  heardAt: 1_000_000,
  report: aReport({ digest: digestOf(1), version: "1.1.0" }),
  quarantined: false,
  attempt: undefined,
  ...change,
});
