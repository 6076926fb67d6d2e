import { describe, expect, it } from "vitest";
import type { HostPhase } from "#shared/domain/host/reported.ts";
import type { ControlPlaneStub } from "#test/fakes/control-plane-stub.ts";
import { servicePids, versionAt } from "./agent-process.ts";
import { QUICK_RUN, serviceArtifact, type ServiceTraits } from "./service-artifact.ts";
import { setUpServing } from "./serving-agent.ts";

const NEVER = new Promise<void>(() => undefined);

type Moment = {
  readonly phase: HostPhase;
  /** Makes the phase last until the kill, and ends that. */
  readonly hold?: (stub: ControlPlaneStub) => void;
  readonly release?: (stub: ControlPlaneStub) => void;
  readonly before?: ServiceTraits;
  readonly after?: ServiceTraits;
  readonly serves: "1.0.0" | "2.0.0";
};

const MOMENTS: readonly Moment[] = [
  {
    phase: "downloading",
    hold: (stub) => void (stub.files.faults.hold = NEVER),
    release: (stub) => void (stub.files.faults.hold = undefined),
    serves: "2.0.0",
  },
  {
    phase: "verifying",
    // What is signed is asked for twice; the first time before the download.
    hold: (stub) =>
      void (stub.files.onBlob = () => {
        stub.files.metadataHold = NEVER;
      }),
    release: (stub) => void (stub.files.onBlob = stub.files.metadataHold = undefined),
    serves: "2.0.0",
  },
  { phase: "staged", hold: (stub) => void (stub.givesGo = false), release: (stub) => void (stub.givesGo = true), serves: "2.0.0" },
  // The old version takes its time to stop, so the kill falls between the two.
  { phase: "switching", before: { stopsInMs: 900 }, serves: "2.0.0" },
  { phase: "probation", serves: "2.0.0" },
  { phase: "reverting", after: { sickAfterProbes: 2, stopsInMs: 900 }, serves: "1.0.0" },
  { phase: "reverted", after: { crash: 1 }, serves: "1.0.0" },
  { phase: "healthy", serves: "2.0.0" },
];

describe("an agent that is killed", () => {
  it.each(MOMENTS)(
    "while $phase serves $serves after a restart, in one copy",
    async ({ phase, hold, release, before = {}, after = {}, serves }) => {
      const { stub, agent, port } = await setUpServing(before);
      const second = stub.publish({
        version: "2.0.0",
        bytes: serviceArtifact("2.0.0", { ballastBytes: 100_000, ...after }),
        // Long enough for a slow machine to ask the probe as often as it takes.
        runSpec: after.sickAfterProbes === undefined ? QUICK_RUN : { ...QUICK_RUN, probationMs: 6000 },
      });
      hold?.(stub);
      stub.desire(second);
      await stub.untilPhase(phase, second);
      await agent.end("SIGKILL");
      expect((await servicePids(agent)).length).toBeLessThanOrEqual(1);

      release?.(stub);
      agent.run();
      await stub.until(() => (stub.hellos.length > 1 ? true : undefined));
      if (phase !== "healthy" && phase !== "reverted") await stub.untilPhase(serves === "2.0.0" ? "healthy" : "reverted", second);
      await expect.poll(() => versionAt(port), { timeout: 20_000 }).toBe(serves);
      expect(await servicePids(agent)).toHaveLength(1);
      expect(stub.problems).toEqual([]);
      const state = await stub.until(() =>
        stub.reports
          .map(({ body }) => body)
          .findLast(
            (body) => body.kind === "state" && body.applications[0]?.healthy === true && body.applications[0].current?.version === serves,
          ),
      );
      expect(state).toBeDefined();
    },
  );

  it("leaves its application serving, and takes the very process over when it comes back", async () => {
    const { stub, agent, port } = await setUpServing();
    const [pid] = await servicePids(agent);
    await agent.end("SIGKILL");
    expect(await versionAt(port)).toBe("1.0.0");
    agent.run();
    await stub.until(() => (stub.hellos.length > 1 ? true : undefined));
    expect(await servicePids(agent)).toEqual([pid]);
    process.kill(pid ?? 0, "SIGKILL");
    await expect.poll(() => versionAt(port), { timeout: 20_000 }).toBe("1.0.0");
    expect(await servicePids(agent)).not.toEqual([pid]);
  });

  it("at random moments of an update still converges", { timeout: 120_000 }, async () => {
    const { stub, agent, port } = await setUpServing({ stopsInMs: 100 });
    const second = stub.publish({ version: "2.0.0", bytes: serviceArtifact("2.0.0", { ballastBytes: 2_000_000 }), runSpec: QUICK_RUN });
    stub.desire(second);
    for (let round = 0; round < 6; round += 1) {
      // Not awaiting any event is the point: the kill falls wherever it falls.
      await new Promise((resolve) => setTimeout(resolve, 150 + Math.random() * 500));
      await agent.end("SIGKILL");
      expect((await servicePids(agent)).length).toBeLessThanOrEqual(1);
      agent.run();
    }
    await stub.untilPhase("healthy", second);
    expect(await versionAt(port)).toBe("2.0.0");
    expect(await servicePids(agent)).toHaveLength(1);
    expect(stub.problems).toEqual([]);
  });
});
