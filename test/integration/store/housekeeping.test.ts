import { createRouterClient } from "@orpc/server";
import { onTestFinished, describe, expect, it } from "vitest";
import type { ControlPlane } from "#main/control-plane/compose.ts";
import type { Schema } from "#main/control-plane/db/schema.ts";
import { addHosts } from "#test/builders/host-rows.ts";
import { startControlPlane } from "#test/builders/start-control-plane.ts";
import { aPrincipal, contextOf } from "#test/builders/open-fleets.ts";
import { tempFolder } from "#test/builders/temp-folder.ts";
import { fakeClock, type FakeClock } from "#test/fakes/clock.ts";

const DAY_MS = 86_400_000;

/** What ends by itself, and is shorter after the housekeeping than before it. */
const FORGOTTEN = ["apiTokens", "commands", "enrolmentTokens", "hostEvents", "hosts", "sessions", "signedReports"] as const;

/** What other tests see forgotten: adoption.test.ts, live-feed.test.ts, uploads.test.ts, rollout/retention.test.ts, rollout/caps.test.ts, trust/signing-desk.test.ts. */
const FORGOTTEN_ELSEWHERE = [
  "adoptions",
  "adoptionReleases",
  "adoptionFiles",
  "signingRequests",
  "signingDocuments",
  "signatures",
  "liveEvents",
  "uploads",
  "rollouts",
  "rolloutTargets",
  "waves",
  "waveMembers",
  "grants",
] as const;

/** What does not grow by itself, with the reason. */
const BOUNDED: Partial<Record<keyof Schema, string>> = {
  settings: "one row",
  timers: "one row per kind and subject",
  applications: "made by people",
  releases: "made by people and pipelines; old ones lose their files",
  artifacts: "at most 64 of a release",
  channels: "made by people",
  trustKeys: "one per key that people have ever signed with",
  fleets: "made by people",
  groups: "made by people",
  subscriptions: "one per group and application",
  targetChanges: "one per change of a target, and what people look back at",
  hostApplications: "one per host and application",
  hostQuarantines: "at most 64 per host and application",
  stores: "made by people",
  publications: "one per release and store, and per cancelled try of people",
  publicationSteps: "a few for each file of a publication",
  releaseLocations: "one per file of a release and store",
  deltaPreparations: "one per release",
  rolloutTraffic: "one per rollout, forgotten with it",
  releaseDeltas: "at most 16 of a file of a release",
  storeTasks: "one per store and channel or withdrawn version, until it is done",
  auditEntries: "the record of everything; kept whole",
  auditCheckpoints: "at most one a minute, and only while the audit grows",
};

async function start(folder: string, clock: FakeClock): Promise<ControlPlane> {
  return startControlPlane(folder, { clock });
}

const countOf = async (plane: ControlPlane, table: keyof Schema): Promise<number> =>
  (
    await plane.store.read
      .selectFrom(table)
      .select((eb) => eb.fn.countAll<number>().as("rows"))
      .executeTakeFirstOrThrow()
  ).rows;

/** Leaves something in every table that is to be forgotten, and one row of each that is not. */
async function leaveTraces(plane: ControlPlane, clock: FakeClock): Promise<void> {
  const client = createRouterClient(plane.router, { context: contextOf(aPrincipal()) });
  const fleet = await client.fleets.create({ name: "lab" });
  const group = fleet.groups[0]!;
  const [gone, here] = await addHosts(plane.store, group, [{ name: "gone" }, { name: "here" }], clock.now());
  await client.hosts.revoke({ hostId: gone!, reason: "sold" });
  await client.hosts.setLabels({ hostId: here!, revision: 0, labels: { rack: "b7" } });
  await client.tokens.create({ groupId: group.id });
  const { token } = await client.access.createToken({ label: "old", role: "viewer" });
  await client.access.revokeToken({ apiTokenId: token.id });
  await client.access.createToken({ label: "short", role: "viewer", lifetimeMs: 60_000 });
  await client.access.createToken({ label: "kept", role: "viewer" });
  await client.access.createLoginLink();
  const { secret } = await plane.access.createLoginLink(aPrincipal());
  await plane.access.redeemLoginLink(secret);
  await client.access.createLoginLink();
  await plane.store.write(({ db, now }) =>
    db
      .insertInto("commands")
      .values({ id: "ended", hostId: here!, body: "{}", createdAt: now, createdBy: "user:ana", expiresAt: now, finishedAt: now })
      .execute(),
  );
  const report = { boot: "b", sequence: 1, body: "{}", signature: "s", publicKey: "k" };
  await plane.store.write(({ db, now }) =>
    db
      .insertInto("signedReports")
      .values({ ...report, hostId: here!, fleetId: fleet.id, at: now })
      .execute(),
  );
}

describe("the housekeeping", () => {
  it("knows every table: each is shortened, or cannot grow by itself", async () => {
    const plane = await start(await tempFolder(), fakeClock());
    onTestFinished(() => plane.stop());
    const tables = plane.store.database.raw
      .prepare(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'kysely_%' ORDER BY name",
      )
      .all()
      .map((row) => (row as { readonly name: string }).name);
    expect([...FORGOTTEN, ...FORGOTTEN_ELSEWHERE, ...Object.keys(BOUNDED)].toSorted()).toEqual(tables);
  });

  it("forgets what ended before the retention, and keeps what has not", async () => {
    const folder = await tempFolder();
    const clock = fakeClock();
    let plane = await start(folder, clock);
    await leaveTraces(plane, clock);
    const before = new Map<string, number>();
    for (const table of FORGOTTEN) before.set(table, await countOf(plane, table));
    await plane.stop();

    clock.sleep(92 * DAY_MS);
    plane = await start(folder, clock);
    onTestFinished(() => plane.stop());
    const dueAt = async () =>
      (await plane.store.read.selectFrom("timers").select("dueAt").where("kind", "=", "housekeeping").executeTakeFirstOrThrow()).dueAt;
    await expect.poll(dueAt, { timeout: 20_000 }).toBeGreaterThan(clock.now());

    const left = new Map<string, number>();
    for (const table of FORGOTTEN) left.set(table, await countOf(plane, table));
    expect(Object.fromEntries(left)).toEqual({
      apiTokens: 1,
      commands: 0,
      enrolmentTokens: 0,
      hostEvents: 0,
      hosts: 1,
      sessions: 0,
      signedReports: 0,
    });
    expect(before.get("sessions")).toBe(3);
    const { rows } = await createRouterClient(plane.router, { context: contextOf(aPrincipal()) }).hosts.list({});
    expect(rows.map((host) => host.name)).toEqual(["here"]);
  });
});
