import { createHash } from "node:crypto";
import { join } from "node:path";
import { createRouterClient } from "@orpc/server";
import { describe, expect, it } from "vitest";
import { openFsBlobStore } from "#main/adapters/fs-blob-store/fs-blob-store.ts";
import { aPrincipal, contextOf } from "#test/builders/open-fleets.ts";
import { fakeClock, type FakeClock } from "#test/fakes/clock.ts";
import { clientOf, ReleaseFixture } from "./release-fixture.ts";

const DAY_MS = 86_400_000;
const text = (version: string): string => `#!/bin/sh\necho ${version}\n`;
const digestOf = (version: string): string => createHash("sha256").update(text(version)).digest("hex");

async function fixtureWithLimit(clock: FakeClock, keptReleasesPerApplication: number): Promise<ReleaseFixture> {
  const fixture = await ReleaseFixture.open({ clock });
  const { revision } = fixture.plane.settings.current;
  await fixture.plane.settings.update("user:ana", revision, { keptReleasesPerApplication });
  return fixture;
}

/** Publishes releases a minute apart, oldest first. */
async function publish(fixture: ReleaseFixture, clock: FakeClock, versions: readonly string[]) {
  const made = new Map<string, Awaited<ReturnType<ReleaseFixture["published"]>>>();
  for (const version of versions) {
    made.set(version, await fixture.published(version));
    clock.sleep(60_000);
  }
  return (version: string) => made.get(version)!;
}

/** Starts again two days later, which runs the housekeeping, and waits until it has. */
async function nextHousekeeping(fixture: ReleaseFixture, clock: FakeClock): Promise<void> {
  clock.sleep(2 * DAY_MS);
  await fixture.restart({ clock });
  const wanted = clock.now();
  const next = async () =>
    (await fixture.plane.store.read.selectFrom("timers").select("dueAt").where("kind", "=", "housekeeping").execute())[0];
  await expect.poll(async () => (await next())?.dueAt, { timeout: 20_000 }).toBeGreaterThan(wanted);
}

async function states(fixture: ReleaseFixture): Promise<readonly string[]> {
  const rows = await clientOf(fixture.plane).releases.list({ applicationId: fixture.applicationId });
  const blobs = await openFsBlobStore(join(fixture.folder, "store"));
  return Promise.all(rows.map(async (row) => `${row.version} ${row.state}${(await blobs.stat(digestOf(row.version))) ? "" : ", no file"}`));
}

describe("releases beyond the number that the settings keep", () => {
  it("are withdrawn and lose their files, the newest ones do not", async () => {
    const clock = fakeClock();
    const fixture = await fixtureWithLimit(clock, 2);
    await publish(fixture, clock, ["1.0.0", "1.1.0", "1.2.0", "1.3.0"]);
    await fixture.draft("2.0.0", text("2.0.0"));
    await nextHousekeeping(fixture, clock);
    expect(await states(fixture)).toEqual([
      "2.0.0 draft",
      "1.3.0 published",
      "1.2.0 published",
      "1.1.0 withdrawn, no file",
      "1.0.0 withdrawn, no file",
    ]);
    const { rows } = await fixture.client.audit.list({ action: "release.withdrawn" });
    expect(rows.map((entry) => [entry.actor, entry.details["version"], entry.reason])).toEqual([
      ["system", "1.0.0", "Older than the newest 2 of its application, and nothing needs it."],
      ["system", "1.1.0", "Older than the newest 2 of its application, and nothing needs it."],
    ]);
    await nextHousekeeping(fixture, clock);
    expect((await fixture.client.audit.list({ action: "release.withdrawn" })).total).toBe(2);
  });

  it("stay while a channel or a version history names them, however old they are", async () => {
    const clock = fakeClock();
    const fixture = await fixtureWithLimit(clock, 2);
    const release = await publish(fixture, clock, ["1.0.0", "1.1.0", "1.2.0", "1.3.0", "1.4.0"]);
    const client = createRouterClient(fixture.plane.router, { context: contextOf(aPrincipal()) });
    const applicationId = release("1.0.0").applicationId;
    const channel = await client.channels.create({ applicationId, name: "stable" });
    await client.channels.move({ channelId: channel.id, releaseId: release("1.0.0").id });
    const fleet = await client.fleets.create({ name: "lab" });
    await client.subscriptions.create({ groupId: fleet.groups[0]!.id, applicationId, channelId: channel.id });
    await client.channels.move({ channelId: channel.id, releaseId: release("1.1.0").id });
    await nextHousekeeping(fixture, clock);
    expect(await states(fixture)).toEqual([
      "1.4.0 published",
      "1.3.0 published",
      "1.2.0 withdrawn, no file",
      "1.1.0 published",
      "1.0.0 published",
    ]);
  });

  it("that were withdrawn by hand keep their files for as long as they are among the newest", async () => {
    const clock = fakeClock();
    const fixture = await fixtureWithLimit(clock, 2);
    const release = await publish(fixture, clock, ["1.0.0", "1.1.0"]);
    await fixture.client.releases.withdraw({ releaseId: release("1.0.0").id, reason: "bad" });
    await nextHousekeeping(fixture, clock);
    expect(await states(fixture)).toEqual(["1.1.0 published", "1.0.0 withdrawn"]);
    await publish(fixture, clock, ["1.2.0"]);
    await nextHousekeeping(fixture, clock);
    expect(await states(fixture)).toEqual(["1.2.0 published", "1.1.0 published", "1.0.0 withdrawn, no file"]);
  });
});
