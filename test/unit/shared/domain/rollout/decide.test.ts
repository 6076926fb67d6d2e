import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decide, type Decision } from "#shared/domain/rollout/decide.ts";
import type { HostSituation, PaceContext, SubscriptionSituation, TargetRollout } from "#shared/domain/rollout/situation.ts";
import { aGrantId, aHost, aPace, aPolicy, aRelease, aReleaseId, aSubscription, digestOf } from "#test/builders/rollout-facts.ts";

const NOW = Date.parse("2026-11-21T12:00:00Z");
const rollout = (change: Partial<TargetRollout>): TargetRollout => ({
  kind: "update",
  state: "running",
  stateReason: "",
  served: true,
  ...change,
});
const liveGrant = { grantId: aGrantId(1), releaseId: aReleaseId(2) };

/** What matters of a decision, as one line: `offer 1.2.0 new`, `hold 1.2.0 window`, `current 1.1.0`, `alone`. */
function inShort(decision: Decision): string {
  if (decision.kind === "alone") return "alone";
  const what = `${decision.kind} ${decision.release.version}`;
  if (decision.kind === "hold") return `${what} ${decision.code}`;
  return decision.kind === "offer" ? `${what} ${decision.grantId === undefined ? "new" : "kept"}` : what;
}

type Case = readonly [
  words: string,
  expected: string,
  host?: Partial<HostSituation>,
  subscription?: Partial<SubscriptionSituation>,
  pace?: Partial<PaceContext>,
];

const cases: readonly Case[] = [
  ["offers the target once its wave is open", "offer 1.2.0 new"],
  ["keeps a live grant for the same release", "offer 1.2.0 kept", { grant: liveGrant }],
  ["starts anew when the grant is for another release", "offer 1.2.0 new", { grant: { ...liveGrant, releaseId: aReleaseId(1) } }],
  ["is content with a host that reports the very digest", "current 1.2.0", aHost(2)],
  [
    "repairs a host that reports the version with another digest",
    "offer 1.2.0 new",
    { current: { digest: digestOf(99), version: "1.2.0" } },
  ],
  ["leaves a pending host alone", "alone", { state: "pending" }],
  ["leaves a revoked host alone", "alone", { state: "revoked" }],
  ["gives a cloned host no grant", "hold 1.2.0 cloned", { cloned: true, grant: liveGrant }],
  ["leaves a host alone whose group has no target yet", "alone", {}, { target: undefined, previous: undefined, rollout: undefined }],
  ["offers the previous target until the wave opens", "offer 1.1.0 new", aHost(undefined), { rollout: rollout({ served: false }) }],
  ["is content with the previous target until the wave opens", "current 1.1.0", {}, { rollout: rollout({ served: false }) }],
  [
    "leaves a new host alone before the first wave of a first release",
    "alone",
    aHost(undefined),
    { previous: undefined, rollout: rollout({ served: false }) },
  ],
  [
    "never goes down to the previous target",
    "hold 1.1.0 newer",
    aHost(3),
    { rollout: rollout({ served: false }), policy: aPolicy({ allowDowngrade: true }) },
  ],
  ["leaves the target to a host that has it before its wave", "current 1.2.0", aHost(2), { rollout: rollout({ served: false }) }],
  ["brings nobody the release of an aborted rollout", "current 1.1.0", {}, { rollout: rollout({ state: "aborted" }) }],
  ["takes nothing from hosts that an aborted rollout reached", "current 1.2.0", aHost(2), { rollout: rollout({ state: "aborted" }) }],
  ["brings nobody the release of a superseded rollout", "offer 1.1.0 new", aHost(undefined), { rollout: rollout({ state: "superseded" }) }],
  ["serves everyone once a rollout that covers the group completed", "offer 1.2.0 new", {}, { rollout: rollout({ state: "completed" }) }],
  ["leaves hosts beyond the last wave where they are", "current 1.1.0", {}, { rollout: rollout({ state: "completed", served: false }) }],
  ["offers nothing while the subscription is paused", "hold 1.2.0 paused", { grant: liveGrant }, { policy: aPolicy({ paused: true }) }],
  [
    "offers nothing while the rollout is paused, not even the previous target",
    "hold 1.1.0 rollout-paused",
    aHost(undefined),
    { rollout: rollout({ state: "paused", served: false }) },
  ],
  ["offers nothing after a gate tripped", "hold 1.2.0 rollout-tripped", { grant: liveGrant }, { rollout: rollout({ state: "tripped" }) }],
  [
    "goes on with an ordered rollback in a paused subscription",
    "offer 1.1.0 new",
    aHost(2),
    { policy: aPolicy({ paused: true }), target: aRelease(1), rollout: rollout({ kind: "rollback" }) },
  ],
  [
    "pauses again once the rollback is done",
    "hold 1.1.0 paused",
    aHost(2),
    { policy: aPolicy({ paused: true }), target: aRelease(1), rollout: rollout({ kind: "rollback", state: "completed" }) },
  ],
  ["holds a host without an artifact for its platform", "hold 1.2.0 no-artifact", {}, { target: { ...aRelease(2), artifact: undefined } }],
  [
    "never newly offers a withdrawn release",
    "hold 1.2.0 not-published",
    { grant: liveGrant },
    { target: aRelease(2, { state: "withdrawn" }) },
  ],
  ["leaves hosts alone that run a withdrawn release", "current 1.2.0", aHost(2), { target: aRelease(2, { state: "withdrawn" }) }],
  ["holds a blocked release", "hold 1.2.0 blocked", {}, { target: aRelease(2, { blocked: true }) }],
  ["holds what the host quarantined", "hold 1.2.0 quarantined", { quarantinedDigests: [digestOf(2)] }],
  ["does not repeat a failed attempt at once", "hold 1.2.0 failed-recently", { lastFailure: { digest: digestOf(2), at: NOW - 1000 } }],
  ["waits while the application says not now", "hold 1.2.0 update-lock", { updateLock: { reason: "a backup runs", until: NOW + 600_000 } }],
  ["does not wait for a lock that is over", "offer 1.2.0 new", { updateLock: { reason: "a backup ran", until: NOW } }],
  ["does not wait for a lock that no host holds so long", "offer 1.2.0 new", { updateLock: { reason: "never", until: NOW + 3_600_001 } }],
  [
    "takes a host back whatever its application says",
    "offer 1.1.0 new",
    { ...aHost(2), updateLock: { reason: "a backup runs", until: NOW + 600_000 } },
    { target: aRelease(1), rollout: rollout({ kind: "rollback" }) },
  ],
  [
    "repeats a failed attempt after the time an update may take",
    "offer 1.2.0 new",
    { lastFailure: { digest: digestOf(2), at: NOW - 600_000 } },
  ],
  [
    "holds what is below the signed minimum, a rollback too",
    "hold 1.1.0 below-minimum",
    aHost(2),
    { minimumVersion: "1.1.5", target: aRelease(1), rollout: rollout({ kind: "rollback" }) },
  ],
  ["guards against going down", "hold 1.2.0 newer", aHost(3)],
  ["goes down where the policy allows it", "offer 1.2.0 new", aHost(3), { policy: aPolicy({ allowDowngrade: true }) }],
  ["goes down for a rollback", "offer 1.2.0 new", aHost(3), { rollout: rollout({ kind: "rollback" }) }],
  [
    "brings a pinned host to its pin, whatever the rollout does",
    "offer 1.0.0 new",
    { pinned: aRelease(0) },
    { rollout: rollout({ state: "paused" }) },
  ],
  ["is content with a pinned host that runs its pin", "current 1.1.0", { pinned: aRelease(1) }],
  [
    "holds back outside the window",
    "hold 1.2.0 window",
    {},
    { policy: aPolicy({ windows: [{ days: ["sat"], from: "22:00", to: "23:00" }] }) },
  ],
  [
    "lets an update that has begun finish outside the window",
    "offer 1.2.0 kept",
    { grant: liveGrant },
    { policy: aPolicy({ windows: [{ days: ["sat"], from: "22:00", to: "23:00" }] }) },
  ],
  [
    "holds back at the rate cap",
    "hold 1.2.0 rate",
    {},
    { policy: aPolicy({ rate: { count: 1, intervalMs: 60_000 } }) },
    { rateFullUntil: NOW + 5000 },
  ],
  ["holds back at the concurrency cap", "hold 1.2.0 concurrency", {}, { policy: aPolicy({ concurrency: 2 }) }, { otherGrants: 2 }],
  ["lets one canary go first", "offer 1.2.0 new", {}, { policy: aPolicy({ canaryFirst: true }) }],
  [
    "holds the others until the canary stayed well",
    "hold 1.2.0 canary",
    {},
    { policy: aPolicy({ canaryFirst: true }) },
    { otherGrants: 1 },
  ],
  [
    "lets the others go behind a proven canary",
    "offer 1.2.0 new",
    {},
    { policy: aPolicy({ canaryFirst: true }) },
    { otherGrants: 1, targetProven: true },
  ],
  [
    "sends a rollback past window, rate and canary",
    "offer 1.1.0 new",
    aHost(2),
    {
      target: aRelease(1),
      rollout: rollout({ kind: "rollback" }),
      policy: aPolicy({ canaryFirst: true, windows: [{ days: ["sun"], from: "22:00", to: "23:00" }] }),
    },
    { rateFullUntil: NOW + 5000, otherGrants: 9 },
  ],
  [
    "lets a rollback wait where the policy says so",
    "hold 1.1.0 window",
    aHost(2),
    {
      target: aRelease(1),
      rollout: rollout({ kind: "rollback" }),
      policy: aPolicy({ expediteRollback: false, windows: [{ days: ["sun"], from: "22:00", to: "23:00" }] }),
    },
  ],
  [
    "keeps the concurrency cap for rollbacks",
    "hold 1.1.0 concurrency",
    aHost(2),
    { target: aRelease(1), rollout: rollout({ kind: "rollback" }), policy: aPolicy({ concurrency: 1 }) },
    { otherGrants: 1 },
  ],
];

describe("deciding what a host is offered", () => {
  const named = cases.map(([words, expected, host, subscription, pace]) => ({ words, expected, host, subscription, pace }));
  it.each(named)("$words", ({ expected, host, subscription, pace }) => {
    expect(inShort(decide(aHost(1, host), aSubscription(subscription), aPace({ now: NOW, ...pace })))).toBe(expected);
  });

  it("leaves a host alone whose group has no subscription", () => {
    expect(decide(aHost(1), undefined, aPace())).toMatchObject({ kind: "alone" });
  });

  it("says until when a window holds a host", () => {
    const policy = aPolicy({ windows: [{ days: ["sat"], from: "22:00", to: "23:00" }] });
    expect(decide(aHost(1), aSubscription({ policy }), aPace({ now: NOW }))).toMatchObject({
      reason: "outside window until 22:00",
      retryAfterMs: 10 * 3_600_000,
    });
  });

  it("never offers while paused, tripped, cloned, blocked, withdrawn or quarantined, whatever else stands", () => {
    const stopped = fc.constantFrom<Partial<SubscriptionSituation>>(
      { policy: aPolicy({ paused: true }) },
      { rollout: rollout({ state: "paused" }) },
      { rollout: rollout({ state: "tripped" }) },
      { target: aRelease(2, { blocked: true }) },
      { target: aRelease(2, { state: "withdrawn" }) },
    );
    const hosts = fc.record({ current: fc.constantFrom(0, 1, 2, 3, undefined), cloned: fc.boolean(), granted: fc.boolean() });
    fc.assert(
      fc.property(stopped, hosts, fc.integer({ min: 0, max: 3 }), (stop, one, otherGrants) => {
        const host = aHost(one.current, { cloned: one.cloned, grant: one.granted ? liveGrant : undefined });
        expect(decide(host, aSubscription(stop), aPace({ otherGrants })).kind).not.toBe("offer");
      }),
    );
  });
});
