import { describe, expect, it } from "vitest";
import { addApplication, addRelease } from "#test/builders/catalogue-rows.ts";
import { addHosts, addReports, anIdleReport } from "#test/builders/host-rows.ts";
import { openFleets, type TestFleets } from "#test/builders/open-fleets.ts";
import { addRollout, addSubscription } from "#test/builders/subscription-rows.ts";

type ListInput = NonNullable<Parameters<TestFleets["client"]["hosts"]["list"]>[0]>;

async function everyPage(client: TestFleets["client"], input: ListInput): Promise<readonly string[]> {
  const names: string[] = [];
  for (let cursor: string | undefined, more = true; more;) {
    const page = await client.hosts.list({ ...input, ...(cursor === undefined ? {} : { cursor }) });
    names.push(...page.rows.map((row) => row.name));
    cursor = page.nextCursor;
    more = cursor !== undefined;
  }
  return names;
}

async function aFleet(fleets: TestFleets, name = "production") {
  const fleet = await fleets.client.fleets.create({ name, groups: ["canary", "everyone"] });
  const [canary, everyone] = fleet.groups;
  return { fleet, canary: canary!, everyone: everyone! };
}

describe("the list of hosts", () => {
  it("pages through 20,000 hosts by name, each exactly once, also while hosts come and go", async () => {
    const fleets = await openFleets();
    const { everyone, fleet } = await aFleet(fleets);
    const names = Array.from({ length: 20_000 }, (_, index) => `host-${String(index % 10_000).padStart(5, "0")}`);
    await addHosts(
      fleets.store,
      everyone,
      names.map((name) => ({ name })),
      fleets.clock.now(),
    );
    const first = await fleets.client.hosts.list({ limit: 5000 });
    expect(first.total).toBe(20_000);
    await addHosts(fleets.store, everyone, [{ name: "a-late-one-before" }, { name: "host-99999" }], fleets.clock.now());
    const rest = await everyPage(fleets.client, { limit: 5000, ...(first.nextCursor === undefined ? {} : { cursor: first.nextCursor }) });
    expect(rest.slice(0, 1)).toEqual(["host-02500"]);
    expect(await everyPage(fleets.client, { limit: 4999, fleetId: fleet.id })).toEqual([
      "a-late-one-before",
      ...names.sort(),
      "host-99999",
    ]);
  });

  it("filters by fleet, group and state, and leaves revoked hosts out unless asked for them", async () => {
    const fleets = await openFleets();
    const { client, store, clock } = fleets;
    const { fleet, canary, everyone } = await aFleet(fleets);
    const lab = await aFleet(fleets, "lab");
    await addHosts(store, canary, [{ name: "a" }, { name: "b", state: "pending" }, { name: "c", state: "revoked" }], clock.now());
    await addHosts(store, everyone, [{ name: "d" }], clock.now());
    await addHosts(store, lab.canary, [{ name: "e" }], clock.now());
    const names = async (input: ListInput) => (await client.hosts.list(input)).rows.map((row) => row.name);
    expect(await names({})).toEqual(["a", "b", "d", "e"]);
    expect(await names({ fleetId: fleet.id })).toEqual(["a", "b", "d"]);
    expect(await names({ groupId: canary.id })).toEqual(["a", "b"]);
    expect(await names({ state: "pending" })).toEqual(["b"]);
    expect(await names({ state: "revoked" })).toEqual(["c"]);
  });

  it("finds text in names, ids, platforms and labels, and takes every character literally", async () => {
    const fleets = await openFleets();
    const { client, store, clock } = fleets;
    const { canary } = await aFleet(fleets);
    const seeds = [
      { name: "100% _real_", labels: '{"rack":"shelf 7"}' },
      { name: "100 xrealx", platform: "darwin/arm64" },
      { name: "back\\slash" },
      { name: "'; DROP TABLE hosts; --" },
      { name: "Größe 🚀" },
    ];
    const ids = await addHosts(store, canary, seeds, clock.now());
    const names = async (search: string) => (await client.hosts.list({ search })).rows.map((row) => row.name);
    expect(await names("% _")).toEqual(["100% _real_"]);
    expect(await names("_real_")).toEqual(["100% _real_"]);
    expect(await names("XREAL")).toEqual(["100 xrealx"]);
    expect(await names("darwin")).toEqual(["100 xrealx"]);
    expect(await names("shelf 7")).toEqual(["100% _real_"]);
    expect(await names("k\\s")).toEqual(["back\\slash"]);
    expect(await names("'; DROP")).toEqual(["'; DROP TABLE hosts; --"]);
    expect(await names("🚀")).toEqual(["Größe 🚀"]);
    expect(await names(ids[2]!)).toEqual(["back\\slash"]);
    expect(await names("nowhere")).toEqual([]);
  });

  it("refuses a cursor that it did not give", async () => {
    const { client } = await openFleets();
    for (const cursor of ["x", "' or 1=1 --", "0".repeat(200)]) {
      await expect(client.hosts.list({ cursor })).rejects.toMatchObject({ code: "INPUT_INVALID" });
    }
  });
});

describe("a host in the list", () => {
  it("shows what it runs beside what it should, and why it waits", async () => {
    const fleets = await openFleets();
    const { client, store, clock } = fleets;
    const { fleet, canary } = await aFleet(fleets);
    const applicationId = await addApplication(store);
    const [old, next] = [await addRelease(store, applicationId, "1.0.0"), await addRelease(store, applicationId, "2.0.0")];
    const subscriptionId = await addSubscription(store, { groupId: canary.id, applicationId, target: next, previous: old });
    const [first, second] = await addHosts(store, canary, [{ name: "first" }, { name: "second" }], clock.now());
    const current = { releaseId: old, version: "1.0.0", digest: "d".repeat(64) };
    const serving = { ...anIdleReport(applicationId), phase: "healthy" as const, healthy: true, current };
    await addReports(
      store,
      [first!, second!].map((host) => ({ host, reported: serving })),
      clock.now(),
    );
    const rollout = { fleetId: fleet.id, groupId: canary.id, subscriptionId, applicationId, to: next, from: old };
    await addRollout(store, { ...rollout, state: "paused", stateReason: "paused by ana", members: [first!] });
    const { rows } = await client.hosts.list({});
    const shown = rows.map(({ status, applications: [web] }) => [status, web?.desiredVersion, web?.currentVersion, web?.hold]);
    expect(shown).toEqual([
      ["healthy", "2.0.0", "1.0.0", "paused by ana"],
      ["healthy", "1.0.0", "1.0.0", "waits for its wave of 2.0.0"],
    ]);
  });

  it("shows its pin as what it should run, and an application without any subscription as what it is", async () => {
    const fleets = await openFleets();
    const { client, store, clock } = fleets;
    const { canary } = await aFleet(fleets);
    const [web, other] = [await addApplication(store, "web"), await addApplication(store, "other")];
    const [old, next] = [await addRelease(store, web, "1.0.0"), await addRelease(store, web, "2.0.0")];
    await addSubscription(store, { groupId: canary.id, applicationId: web, target: next });
    const [id] = await addHosts(store, canary, [{ name: "a", pinnedReleaseId: old }], clock.now());
    await addReports(store, [{ host: id!, reported: { ...anIdleReport(other), phase: "failed" } }], clock.now());
    const { host } = await client.hosts.get({ hostId: id! });
    expect(host.applications).toMatchObject([
      { name: "web", desiredVersion: "1.0.0", phase: "idle" },
      { name: "other", phase: "failed" },
    ]);
    expect(host.status).toBe("failed");
  });
});
