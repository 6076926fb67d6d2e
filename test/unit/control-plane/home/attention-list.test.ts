import { describe, expect, it } from "vitest";
import { attentionList, type AttentionFacts } from "#main/control-plane/home/attention-list.ts";
import { aFleetRow, aRolloutRow, aSubscriptionRow } from "#test/builders/overview-rows.ts";

const NOW = 1_000_000;
const NONE: AttentionFacts = {
  now: NOW,
  rollouts: [],
  stoppedAt: new Map(),
  approvals: [],
  troubles: [],
  trustRoles: [],
  signatures: [],
  fleets: [],
  heldSince: new Map(),
};
const TROUBLE = { fleetId: "f1", fleetName: "production", since: 7, hostId: "h1", name: "web-1" };

describe("what needs a person", () => {
  it("is nothing while all is well", () => {
    expect(attentionList({ ...NONE, rollouts: [aRolloutRow({ state: "running" })], fleets: [aFleetRow([aSubscriptionRow()])] })).toEqual(
      [],
    );
  });

  it("names stopped rollouts with the reason and the moment", () => {
    const tripped = aRolloutRow({ state: "tripped", stateReason: "2 of 5 hosts failed" });
    const paused = aRolloutRow({ state: "paused", stateReason: "paused by ana" });
    const list = attentionList({ ...NONE, rollouts: [paused, tripped], stoppedAt: new Map([[tripped.id, 5]]) });
    expect(list).toEqual([
      {
        kind: "rollout-tripped",
        severity: "now",
        title: "web 1.5.0 tripped its gate",
        detail: "production: 2 of 5 hosts failed",
        since: 5,
        href: `/rollouts/${tripped.id}`,
      },
      {
        kind: "rollout-paused",
        severity: "soon",
        title: "web 1.5.0 is paused",
        detail: "production: paused by ana",
        since: paused.createdAt,
        href: `/rollouts/${paused.id}`,
      },
    ]);
  });

  it("asks for an approval once the wave is done", () => {
    const rollout = aRolloutRow({ state: "running" });
    const approvals = [{ rolloutId: rollout.id, groupName: "canary", ordinal: 0, since: 9 }];
    expect(attentionList({ ...NONE, rollouts: [rollout], approvals })).toMatchObject([
      { kind: "approval", title: "web 1.5.0 waits for your approval", detail: "production: wave 1 (canary) is done", since: 9 },
    ]);
  });

  it("leads to the host when it is one, else to the fleet's hosts of that kind", () => {
    const list = attentionList({
      ...NONE,
      troubles: [
        { ...TROUBLE, kind: "silent", count: 1 },
        { ...TROUBLE, kind: "cloned", count: 1 },
        { ...TROUBLE, kind: "pending", count: 12 },
      ],
    });
    expect(list.map(({ kind, severity, title, href }) => [kind, severity, title, href])).toEqual([
      ["host-cloned", "now", "Host web-1 is cloned", "/hosts/h1"],
      ["host-silent", "soon", "Host web-1 is silent", "/hosts/h1"],
      ["host-pending", "soon", "12 hosts wait for approval", "/fleets/f1?q=status%3Apaused"],
    ]);
  });

  it("warns of signatures that need attention, and loudly after their end", () => {
    const role = (expiresAt: number, needsAttention = true) => ({
      role: "timestamp",
      expiresAt,
      lifetimeMs: 1000,
      online: true,
      needsAttention,
    });
    expect(attentionList({ ...NONE, trustRoles: [role(NOW + 600, false)] })).toEqual([]);
    expect(attentionList({ ...NONE, trustRoles: [role(NOW + 250)] })).toMatchObject([{ severity: "soon", since: NOW }]);
    expect(attentionList({ ...NONE, trustRoles: [role(NOW)] })).toMatchObject([
      { severity: "now", title: "The signature of timestamp has expired" },
    ]);
  });

  it("names what waits for signatures, releases and other changes apart", () => {
    const request = (title: string, kind: "publish" | "renew", since: number) => ({ title, kind, since });
    const signatures = [
      request("Publish web 1.4.0", "publish", 5),
      request("Publish web 1.5.0", "publish", 3),
      request("Renew", "renew", 4),
    ];
    expect(attentionList({ ...NONE, signatures })).toMatchObject([
      { kind: "signatures-awaited", title: "2 releases wait for signatures", detail: "Publish web 1.4.0; Publish web 1.5.0", since: 3 },
      { kind: "signatures-awaited", title: '"Renew" waits for signatures', since: 4 },
    ]);
  });

  it("lets people know of subscriptions that are held back", () => {
    const subscription = aSubscriptionRow({ following: false, heldBack: "held back at 1.4.2; stable is at 1.5.0" });
    expect(attentionList({ ...NONE, fleets: [aFleetRow([subscription])], heldSince: new Map([[subscription.id, 3]]) })).toMatchObject([
      { kind: "held-back", severity: "know", title: "web in canary is held back at 1.4.2; stable is at 1.5.0", since: 3 },
    ]);
  });

  it("begins with the most urgent, then with what has waited longest, and never exceeds what the contract carries", () => {
    const troubles = Array.from({ length: 150 }, (_, index) => ({ ...TROUBLE, kind: "silent" as const, count: 2, since: 1000 - index }));
    const list = attentionList({ ...NONE, troubles: [...troubles, { ...TROUBLE, kind: "cloned", count: 2, since: 2000 }] });
    expect(list).toHaveLength(100);
    expect(list.slice(0, 3).map((one) => [one.severity, one.since])).toEqual([
      ["now", 2000],
      ["soon", 851],
      ["soon", 852],
    ]);
  });
});
