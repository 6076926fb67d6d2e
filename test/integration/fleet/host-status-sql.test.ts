import { describe, expect, it } from "vitest";
import { HOST_STATUSES_WORST_FIRST } from "#shared/domain/host/host-status.ts";
import { hostPhase, type ReportedApplication } from "#shared/domain/host/reported.ts";
import type { ReleaseId } from "#shared/lib/ids.ts";
import { addApplication, addRelease } from "#test/builders/catalogue-rows.ts";
import { addHosts, addReports, anIdleReport, type Report } from "#test/builders/host-rows.ts";
import { openFleets, SILENT_AFTER_MS, type TestFleets } from "#test/builders/open-fleets.ts";
import { addRollout, addSubscription } from "#test/builders/subscription-rows.ts";

type Catalogue = {
  readonly applicationId: Parameters<typeof anIdleReport>[0];
  readonly target: ReleaseId;
  readonly previous: ReleaseId;
  readonly other: ReleaseId;
};

const running = (releaseId: ReleaseId | undefined) =>
  releaseId === undefined ? undefined : { releaseId, version: "1.0.0", digest: "d".repeat(64) };

/** Every report that the rule can tell from another. */
function everyReport({ applicationId, target, previous, other }: Catalogue): readonly ReportedApplication[] {
  return hostPhase.options.flatMap((phase) =>
    [true, false].flatMap((healthy) =>
      [undefined, target, previous, other].flatMap((current) =>
        [undefined, target, previous, other].map((candidate) => ({
          ...anIdleReport(applicationId),
          phase,
          healthy,
          ...(current === undefined ? {} : { current: running(current)! }),
          ...(candidate === undefined ? {} : { candidate: running(candidate)! }),
        })),
      ),
    ),
  );
}

/** Releases that lie ready, held back by their application, by their hook, by both. */
function everyWait(applicationId: Catalogue["applicationId"]): readonly ReportedApplication[] {
  const updateLock = { reason: "the backup runs", until: 1 };
  const waiting = { since: 0, attempts: 1, retryAt: 1, said: "" };
  return [{ updateLock }, { waiting }, { updateLock, waiting }].flatMap((told) =>
    hostPhase.options.flatMap((phase) => [true, false].map((healthy) => ({ ...anIdleReport(applicationId), phase, healthy, ...told }))),
  );
}

/** Groups whose subscriptions differ in everything that the rule looks at. */
async function groupsOfEveryKind({ client, store }: TestFleets, { applicationId, target, previous }: Catalogue) {
  const names = ["none", "empty", "plain", "paused", "abandoned", "both"];
  const { groups } = await client.fleets.create({ name: "every kind", groups: names });
  for (const group of groups) {
    if (group.name === "none") continue;
    const paused = group.name === "paused" || group.name === "both";
    const seed = { groupId: group.id, applicationId, policy: { paused } };
    const subscriptionId = await addSubscription(store, group.name === "empty" ? seed : { ...seed, target, previous });
    if (group.name !== "abandoned" && group.name !== "both") continue;
    await addRollout(store, { fleetId: group.fleetId, groupId: group.id, subscriptionId, applicationId, to: target, state: "aborted" });
  }
  return groups;
}

describe("the status of hosts in the database", () => {
  it("is the one that the rule of the domain gives, for every combination", async () => {
    const fleets = await openFleets();
    const { store, clock, client } = fleets;
    const applicationId = await addApplication(store);
    const [target, previous, other] = [
      await addRelease(store, applicationId, "2.0.0"),
      await addRelease(store, applicationId, "1.0.0"),
      await addRelease(store, applicationId, "0.9.0"),
    ];
    const catalogue = { applicationId, target, previous, other };
    const reports = [...everyReport(catalogue), ...everyWait(applicationId)];
    for (const group of await groupsOfEveryKind(fleets, catalogue)) {
      for (const pinnedReleaseId of [null, other]) {
        const seeds = [...reports, undefined].map((_, index) => ({ name: `h${index}`, pinnedReleaseId }));
        const ids = await addHosts(store, group, seeds, clock.now());
        const said = reports.map((reported, index): Report => ({ host: ids[index]!, reported }));
        await addReports(store, said, clock.now());
      }
    }
    expect(await disagreements(client)).toEqual({ wrong: [], missing: 0 });
  });

  it("is the one that the rule gives for hosts that say something about themselves", async () => {
    const { store, clock, client } = await openFleets();
    const { groups } = await client.fleets.create({ name: "states" });
    const seenAt = [null, clock.now(), clock.now() - SILENT_AFTER_MS, clock.now() - SILENT_AFTER_MS - 1];
    const seeds = (["pending", "active"] as const).flatMap((state) =>
      (["connected", "disconnected", "cloned"] as const).flatMap((connection) =>
        seenAt.map((lastSeenAt, index) => ({ name: `${state}-${connection}-${index}`, state, connection, lastSeenAt })),
      ),
    );
    await addHosts(store, groups[0]!, seeds, clock.now());
    expect(await disagreements(client)).toEqual({ wrong: [], missing: 0 });
  });
});

/** Hosts that a filtered list shows under another status than their own, and hosts that no filtered list shows. */
async function disagreements(client: TestFleets["client"]) {
  const wrong: unknown[] = [];
  let missing = (await client.hosts.list({ limit: 1 })).total;
  for (const status of HOST_STATUSES_WORST_FIRST) {
    const list = await client.hosts.list({ status, limit: 5000 });
    for (const row of list.rows) if (row.status !== status) wrong.push([status, row.groupName, row.status, row.applications]);
    missing -= list.total;
  }
  return { wrong, missing };
}
