import { describe, expect, it } from "vitest";
import { startNewEpoch } from "#main/control-plane/link/link-settings.ts";
import { applicationId } from "#shared/lib/ids.ts";
import type { ControlFrame, DesiredApplication } from "#shared/protocol/control-frames.ts";
import { aGrantId, aReleaseId, digestOf, uuidOf } from "#test/builders/rollout-facts.ts";
import { openLinkFixture } from "./link-fixture.ts";

const web = applicationId.parse(uuidOf(9, 1));
const wanted = (minor: number, change: Partial<DesiredApplication> = {}): DesiredApplication => ({
  applicationId: web,
  productId: "org.example.web",
  releaseId: aReleaseId(minor),
  version: `1.${minor}.0`,
  digest: digestOf(minor),
  sizeBytes: 1000,
  ...change,
});
const isDesired = (frame: ControlFrame) => frame.type === "desired";

describe("desired documents", () => {
  it("are sent when a host connects, and again only when they changed", async () => {
    const fixture = await openLinkFixture();
    const agent = await fixture.agent(1);
    fixture.seam.desired.set(agent.hostId, [wanted(1)]);
    const first = agent.next(isDesired);
    await agent.connect();
    expect(await first).toMatchObject({ pair: { epoch: 1, revision: 1 }, applications: [{ version: "1.1.0" }] });

    const second = agent.next(isDesired);
    fixture.seam.link?.notify([agent.hostId]);
    fixture.seam.link?.notify([agent.hostId]);
    fixture.seam.desired.set(agent.hostId, [wanted(1, { grant: { grantId: aGrantId(1), leaseMs: 1000 } })]);
    fixture.seam.link?.notify([agent.hostId]);
    expect(await second).toMatchObject({ pair: { epoch: 1, revision: 2 }, applications: [{ grant: { grantId: aGrantId(1) } }] });
  });

  it("keep their pair over a reconnect and a restart of the control plane", async () => {
    const fixture = await openLinkFixture();
    const agent = await fixture.agent(1);
    fixture.seam.desired.set(agent.hostId, [wanted(1)]);
    for (let round = 0; round < 2; round += 1) {
      const sent = agent.next(isDesired);
      await agent.connect();
      expect(await sent).toMatchObject({ pair: { epoch: 1, revision: 1 } });
      agent.disconnect();
    }
  });

  it("begin a new epoch after a restore, so that hosts listen", async () => {
    const fixture = await openLinkFixture();
    await fixture.store.write((unit) => startNewEpoch(unit));
    await fixture.link.stop();
    await fixture.restartLink();
    const agent = await fixture.agent(1);
    const sent = agent.next(isDesired);
    await agent.connect();
    expect(await sent).toMatchObject({ pair: { epoch: 2, revision: 1 } });
  });

  it("survive a failure of the rollout engine: the host keeps what it has, and gets the next one", async () => {
    const fixture = await openLinkFixture();
    const agent = await fixture.agent(1);
    const first = agent.next(isDesired);
    await agent.connect();
    await first;
    const failing = new Promise<void>((settle) => {
      fixture.seam.desiredFor = () => {
        settle();
        return Promise.reject(new Error("no database"));
      };
    });
    fixture.seam.link?.notify([agent.hostId]);
    await failing;
    fixture.seam.desiredFor = (hostId) => Promise.resolve(fixture.seam.desired.get(hostId) ?? []);
    fixture.seam.desired.set(agent.hostId, [wanted(2)]);
    const next = agent.next(isDesired);
    fixture.seam.link?.notify([agent.hostId]);
    expect(await next).toMatchObject({ applications: [{ version: "1.2.0" }] });
  });
});

describe("a simulated update", () => {
  it.each([
    ["healthy", ["downloading", "verifying", "staged", "switching", "probation", "healthy"]],
    ["crash", ["downloading", "verifying", "staged", "switching", "probation", "reverting", "reverted"]],
    ["silent", ["downloading", "verifying", "staged", "switching"]],
  ] as const)("goes through the phases of a real one and ends %s", async (outcome, phases) => {
    const fixture = await openLinkFixture();
    const agent = await fixture.agent(1, { outcomeOf: () => outcome });
    fixture.seam.desired.set(agent.hostId, [wanted(1, { grant: { grantId: aGrantId(1), leaseMs: 60_000 } })]);
    const reported = () => fixture.seam.recorded.flatMap(({ observation }) => (observation.kind === "phase" ? [observation.phase] : []));
    await new Promise<void>((settle) => {
      fixture.seam.observed = (hostId) => {
        if (reported().at(-1) === "staged") fixture.seam.link?.sendGo(hostId, aGrantId(1), 1000);
        if (reported().length === phases.length) settle();
      };
      void agent.connect();
    });
    expect(reported()).toEqual(phases);
    expect(agent.application(web)?.snapshot().quarantine).toHaveLength(outcome === "crash" ? 1 : 0);
  });
});
