import { createRouterClient } from "@orpc/server";
import { describe, expect, it } from "vitest";
import type { FleetScope } from "#shared/domain/access/permission.ts";
import { addApplication, addChannel, addRelease } from "#test/builders/catalogue-rows.ts";
import { openControlPlane } from "#test/builders/control-plane.ts";
import { addHosts, addReports, anIdleReport } from "#test/builders/host-rows.ts";
import { aPrincipal, contextOf } from "#test/builders/open-fleets.ts";
import { addRollout, addSubscription } from "#test/builders/subscription-rows.ts";
import { fakeClock } from "#test/fakes/clock.ts";

async function aControlPlane() {
  const clock = fakeClock();
  const plane = await openControlPlane({ clock });
  const within = (fleets: FleetScope) => createRouterClient(plane.router, { context: contextOf(aPrincipal({ fleets })) });
  return { clock, store: plane.store, client: within("all"), within };
}

/** A fleet whose canaries run 2.0.0 and 1.0.0, one of them failing, with everything that calls for a person. */
async function aBusyFleet({ client, store, clock }: Awaited<ReturnType<typeof aControlPlane>>, name: string) {
  const fleet = await client.fleets.create({ name });
  const [canary, early, everyone] = fleet.groups;
  const applicationId = await addApplication(store, `app-${name}`);
  const [old, next] = [await addRelease(store, applicationId, "1.0.0"), await addRelease(store, applicationId, "2.0.0")];
  const stable = await addChannel(store, applicationId, "stable", next);
  const subscriptionId = await addSubscription(store, { groupId: canary!.id, applicationId, target: next, previous: old });
  await addSubscription(store, { groupId: early!.id, applicationId, target: old, channelId: stable, following: false });
  const hosts = await addHosts(store, canary!, [{ name: "a" }, { name: "b" }, { name: "c" }], clock.now());
  await addHosts(
    store,
    everyone!,
    [
      { name: "new", state: "pending" },
      { name: "two", connection: "cloned" },
    ],
    clock.now(),
  );
  await addHosts(
    store,
    everyone!,
    [
      { name: "gone", lastSeenAt: 5 },
      { name: "away", lastSeenAt: 9 },
    ],
    clock.now(),
  );
  const serving = { ...anIdleReport(applicationId), phase: "healthy" as const, healthy: true };
  const running = (releaseId: typeof old, version: string) => ({ ...serving, current: { releaseId, version, digest: "d".repeat(64) } });
  await addReports(
    store,
    [
      { host: hosts[0]!, reported: running(next, "2.0.0") },
      { host: hosts[1]!, reported: running(next, "2.0.0") },
      { host: hosts[2]!, reported: { ...running(old, "1.0.0"), healthy: false } },
    ],
    clock.now(),
  );
  const rollout = { fleetId: fleet.id, groupId: canary!.id, subscriptionId, applicationId, to: next, from: old };
  const rolloutId = await addRollout(store, { ...rollout, state: "tripped", stateReason: "1 of 3 hosts failed" });
  return { fleet, rolloutId, hosts };
}

describe("home", () => {
  it("is empty and knows how far a newcomer has come", async () => {
    const { client } = await aControlPlane();
    const empty = await client.home.overview();
    expect(empty).toMatchObject({ attention: [], moving: [], changes: [], matrix: [] });
    expect(new Set(Object.values(empty.setup))).toEqual(new Set([false]));
    await client.fleets.create({ name: "production" });
    expect((await client.home.overview()).setup).toMatchObject({ hasFleet: true, hasHost: false, hasApplication: false });
  });

  it("names what needs a person, what moves, and what runs where", async () => {
    const plane = await aControlPlane();
    const { fleet, rolloutId } = await aBusyFleet(plane, "production");
    const home = await plane.client.home.overview();
    expect(home.attention.map(({ kind, title, href }) => [kind, title, href])).toEqual([
      ["rollout-tripped", "app-production 2.0.0 tripped its gate", `/rollouts/${rolloutId}`],
      ["host-cloned", "Host two is cloned", expect.stringMatching(/^\/hosts\//)],
      ["host-silent", "2 hosts are silent", `/fleets/${fleet.id}?q=status%3Aunknown`],
      ["host-pending", "Host new waits for approval", expect.stringMatching(/^\/hosts\//)],
      ["held-back", "app-production in early is held back at 1.0.0; stable is at 2.0.0", `/fleets/${fleet.id}`],
    ]);
    expect(home.moving.map((rollout) => [rollout.id, rollout.state])).toEqual([[rolloutId, "tripped"]]);
    expect(home.matrix[0]!.groups.map((group) => [group.groupName, group.hosts, group.cells])).toMatchObject([
      [
        "canary",
        3,
        [
          {
            targetVersion: "2.0.0",
            status: "failed",
            versions: [
              { version: "2.0.0", hosts: 2 },
              { version: "1.0.0", hosts: 1 },
            ],
          },
        ],
      ],
      ["early", 0, [{ targetVersion: "1.0.0", status: "unknown", versions: [] }]],
      ["everyone", 4, []],
    ]);
    expect(new Set(Object.values(home.setup))).toEqual(new Set([true]));
  });

  it("tells recent changes as sentences, newest first, and leaves sessions and links out", async () => {
    const plane = await aControlPlane();
    const { client, store } = plane;
    const { hosts, fleet, rolloutId } = await aBusyFleet(plane, "production");
    await client.hosts.move({ hostId: hosts[0]!, groupId: fleet.groups[1]!.id, reason: "promoted" });
    await client.access.createLoginLink();
    const entry = { actor: "system", action: "rollout.tripped", subject: `rollout:${rolloutId}`, fleetId: fleet.id, reason: "1 failed" };
    await store.write((unit) => Promise.resolve(unit.audit(entry)));
    const { changes } = await client.home.overview();
    expect(changes.map(({ actor, text, href }) => [actor, text, href])).toEqual([
      ["system", "The gate of app-production 2.0.0 tripped: 1 failed", `/rollouts/${rolloutId}`],
      ["user:ana", "Moved host a from canary to early: promoted", `/hosts/${hosts[0]}`],
      ["user:ana", "Made fleet production with canary, early, everyone", `/fleets/${fleet.id}`],
    ]);
  });

  it("shows a caller of one fleet nothing of another", async () => {
    const plane = await aControlPlane();
    const ours = await aBusyFleet(plane, "ours");
    const theirs = await aBusyFleet(plane, "theirs");
    const home = await plane.within([ours.fleet.id]).home.overview();
    expect(home.matrix.map((fleet) => fleet.fleetName)).toEqual(["ours"]);
    const text = JSON.stringify(home);
    for (const secret of ["theirs", theirs.fleet.id, theirs.rolloutId, ...theirs.hosts]) expect(text).not.toContain(secret);
    expect((await plane.within([]).home.overview()).attention).toEqual([]);
  });
});
