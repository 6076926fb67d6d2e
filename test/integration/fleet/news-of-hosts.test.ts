import { describe, expect, it } from "vitest";
import { writeObservation } from "#main/control-plane/rollout/observation-writer.ts";
import type { ReportedApplication } from "#shared/domain/host/reported.ts";
import { addApplication } from "#test/builders/catalogue-rows.ts";
import { addHosts, anIdleReport } from "#test/builders/host-rows.ts";
import { openFleets } from "#test/builders/open-fleets.ts";

/** A host that reports one application; each report answers whether people who watch have something new to see. */
async function oneHost() {
  const { store, clock, client } = await openFleets();
  const { groups } = await client.fleets.create({ name: "shops" });
  const [host] = await addHosts(store, groups[0]!, [{ name: "till-1" }], clock.now());
  const idle = anIdleReport(await addApplication(store));
  const report = (part: Partial<ReportedApplication>) =>
    store.hot((raw) =>
      writeObservation(
        raw,
        host!,
        { kind: "state", at: clock.now(), applications: [{ ...idle, phase: "staged", healthy: true, ...part }] },
        clock.now(),
      ),
    );
  return { report };
}

describe("news of a host", () => {
  it("are that an application asks for later, asks for longer, and gives way", async () => {
    const { report } = await oneHost();
    const updateLock = { reason: "the backup runs", until: 1000 };
    expect(await report({})).toBe(true);
    expect(await report({ uptimeMs: 5 })).toBe(false);
    expect(await report({ updateLock })).toBe(true);
    expect(await report({ updateLock, uptimeMs: 6 })).toBe(false);
    expect(await report({ updateLock: { ...updateLock, until: 2000 } })).toBe(true);
    expect(await report({})).toBe(true);
  });
});
