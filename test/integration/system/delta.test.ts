import { describe, expect, it } from "vitest";
import type { ReleaseRow } from "#shared/contract/applications.ts";
import { scrape, sumOf } from "#test/builders/exposition.ts";
import { systemWorld, type SystemWorld } from "#test/builders/system-world.ts";
import { cuttingRelay } from "#test/fakes/cutting-relay.ts";

const BALLAST = { ballastBytes: 3_000_000 };

/** Rolls a release out, and waits until the host serves it. */
async function roll(world: SystemWorld, release: ReleaseRow): Promise<void> {
  const rolloutId = await world.startRollout(release);
  await world.untilState(rolloutId, "completed");
  await world.untilAnswer(release.version);
}

/** What a scraper reads is what the pages of the rollouts show, and names no host. */
async function expectSameFigures(world: SystemWorld): Promise<void> {
  const scraped = await scrape(world.server.running);
  const sent = (await world.client.rollouts.list({})).flatMap((row) => (row.sent === undefined ? [] : [row.sent]));
  const [fetched, full] = [sent.reduce((sum, one) => sum + one.bytes, 0), sent.reduce((sum, one) => sum + one.fullBytes, 0)];
  expect(fetched).toBeGreaterThan(0);
  expect(sumOf(scraped, "rollcall_rollout_traffic_bytes", { what: "fetched" })).toBe(fetched);
  expect(sumOf(scraped, "rollcall_download_bytes_total")).toBe(fetched);
  expect(sumOf(scraped, "rollcall_download_full_bytes_total")).toBe(full);
  const [saved, wasted] = [sumOf(scraped, "rollcall_download_saved_bytes_total"), sumOf(scraped, "rollcall_download_wasted_bytes_total")];
  expect(saved - wasted).toBe(full - fetched);
  expect(sumOf(scraped, "rollcall_downloads_total")).toBe(sent.reduce((sum, one) => sum + one.downloads, 0));
  expect(sumOf(scraped, "rollcall_downloads_total", { kind: "whole" })).toBe(1);
  expect(sumOf(scraped, "rollcall_downloads_total", { kind: "delta" })).toBe(1);
  expect(sumOf(scraped, "rollcall_updates_total", { outcome: "completed" })).toBeGreaterThanOrEqual(3);
  expect(sumOf(scraped, "rollcall_deltas_total", { result: "made" })).toBeGreaterThanOrEqual(1);
  expect(sumOf(scraped, "rollcall_hosts", { link: "connected" })).toBe(1);
  const names = world.hosts.map((host) => host.name);
  const values = [...scraped.values()].flatMap(({ samples }) => samples.flatMap(({ labels }) => Object.values(labels)));
  expect(values.filter((value) => names.includes(value))).toEqual([]);
}

describe("an update with deltas, from the operator's draft to the host's answer", () => {
  it("sends the difference alone, and goes back from the kept slot without sending anything", { timeout: 240_000 }, async () => {
    const world = await systemWorld({ groups: { canary: 0 } });
    const relay = await cuttingRelay(world.server.port);
    await world.addHost("canary-1", "canary", `http://127.0.0.1:${relay.port}`);
    await world.untilAnswer("1.0.0");

    const first = await world.publish("1.1.0", BALLAST);
    expect(first.artifacts[0]?.deltas).toBeUndefined();
    const before = relay.passed.down;
    await roll(world, first);
    const whole = relay.passed.down - before;
    expect(whole).toBeGreaterThan(BALLAST.ballastBytes);

    const second = await world.publish("1.2.0", BALLAST);
    const delta = second.artifacts[0]?.deltas?.find((one) => one.from.version === "1.1.0");
    expect(delta?.sizeBytes).toBeLessThan(BALLAST.ballastBytes / 100);
    const between = relay.passed.down;
    await roll(world, second);
    const difference = relay.passed.down - between;
    // Besides the delta there are documents, signed metadata and frames.
    expect(difference).toBeLessThan(whole / 10);
    expect(difference).toBeGreaterThan(delta?.sizeBytes ?? 0);

    const last = relay.passed.down;
    const subscriptionIds = (await world.fleet()).groups.flatMap((group) => group.subscriptions.map(({ id }) => id));
    const back = await world.client.rollouts.rollback({ subscriptionIds, reason: "Back" });
    await world.untilState(back.id, "completed");
    await world.untilAnswer("1.1.0");
    expect(relay.passed.down - last).toBeLessThan(whole / 10);
    await expectSameFigures(world);
  });
});
