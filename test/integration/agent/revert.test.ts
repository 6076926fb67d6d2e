import { describe, expect, it } from "vitest";
import { servicePids, setUp, versionAt } from "./agent-process.ts";
import { QUICK_RUN, serviceArtifact, type ServiceTraits } from "./service-artifact.ts";
import { setUpServing } from "./serving-agent.ts";

describe("an agent with a bad release", () => {
  it.each<readonly [string, ServiceTraits, string]>([
    ["crashes on start", { crash: 7 }, "exit"],
    ["is ended by a signal", { signal: "SIGABRT" }, "signal"],
    ["fails its probe late in its probation", { sickAfterProbes: 2 }, "probe"],
    ["never answers its probe", { hangs: true }, "start-deadline"],
  ])("that %s goes back to the version before and says why", async (_, traits, cause) => {
    const { stub, agent, port, first: good } = await setUpServing();
    const runSpec = { ...QUICK_RUN, probationMs: 6000, ...(traits.hangs === true && { startDeadlineMs: 1200 }) };
    const bad = stub.publish({ version: "2.0.0", bytes: serviceArtifact("2.0.0", traits), runSpec });
    stub.desire(bad);
    const reverted = await stub.untilPhase("reverted", bad);
    expect(reverted.failure?.cause).toBe(cause);
    expect(reverted.failure?.logTail).toContain("starting 2.0.0");
    expect(reverted.application).toMatchObject({
      current: { version: "1.0.0", digest: good.digest },
      candidate: { version: "2.0.0" },
      quarantine: [{ releaseId: bad.releaseId, digest: bad.digest }],
    });
    await expect.poll(() => versionAt(port), { timeout: 20_000 }).toBe("1.0.0");
    expect(await servicePids(agent)).toHaveLength(1);
    expect(stub.problems).toEqual([]);
  });

  it("that cannot be executed goes back without trying again", async () => {
    const { stub, port } = await setUpServing();
    const bad = stub.publish({ version: "2.0.0", bytes: serviceArtifact("2.0.0"), runSpec: { ...QUICK_RUN, command: "/nowhere/program" } });
    stub.desire(bad);
    expect((await stub.untilPhase("reverted", bad)).failure).toMatchObject({ cause: "exec" });
    await expect.poll(() => versionAt(port), { timeout: 20_000 }).toBe("1.0.0");
  });

  it("never installs it again, even when it is granted, until the quarantine is lifted", async () => {
    const { stub, port } = await setUpServing();
    const bad = stub.publish({ version: "2.0.0", bytes: serviceArtifact("2.0.0", { crash: 1 }), runSpec: QUICK_RUN });
    stub.desire(bad);
    await stub.untilPhase("reverted", bad);
    const again = stub.desire(bad);
    expect((await stub.untilPhase("failed", bad, again)).failure).toMatchObject({ cause: "quarantined" });
    expect(stub.files.requests.filter(({ digest }) => digest === bad.digest)).toHaveLength(1);
    await expect.poll(() => versionAt(port), { timeout: 20_000 }).toBe("1.0.0");

    const lift = stub.command({ kind: "lift-quarantine", applicationId: bad.applicationId, releaseId: bad.releaseId });
    expect(await stub.untilCommand(lift)).toMatchObject({ outcome: "done" });
    const third = stub.desire(bad);
    expect((await stub.untilPhase("switching", bad, third)).grantId).toBe(third);
    await stub.untilPhase("reverted", bad, third);
  });

  it("has nothing to go back to on a first install: it reports failed and runs nothing", async () => {
    const { stub, agent } = await setUp();
    const bad = stub.publish({ version: "1.0.0", bytes: serviceArtifact("1.0.0", { crash: 1 }), runSpec: QUICK_RUN });
    stub.desire(bad);
    agent.run(stub.token());
    const failed = await stub.untilPhase("failed", bad);
    expect(failed.failure?.cause).toBe("exit");
    expect(failed.application.current).toBeUndefined();
    expect(await servicePids(agent)).toEqual([]);
  });
});
