import { describe, expect, it } from "vitest";
import { servicePids, setUp, versionAt } from "./agent-process.ts";
import { QUICK_RUN, serviceArtifact } from "./service-artifact.ts";
import { setUpServing } from "./serving-agent.ts";

const NEVER = new Promise<void>(() => undefined);

describe("an agent and its permissions", () => {
  it("begins nothing under a lease that has run out", async () => {
    const { stub, agent } = await setUp();
    const release = stub.publish({ version: "1.0.0", bytes: serviceArtifact("1.0.0"), runSpec: QUICK_RUN });
    stub.desire(release, { leaseMs: 0 });
    agent.run(stub.token());
    await stub.until(() => stub.acks.find((ack) => ack.of === "desired"));
    // Two observations after the document is in force: whatever would begin has begun.
    const soFar = stub.reports.length;
    await stub.until(() => (stub.reports.length >= soFar + 2 ? true : undefined));
    expect(stub.phases()).toEqual([]);
    expect(stub.files.requests).toEqual([]);

    stub.desire(release);
    await stub.untilPhase("healthy", release);
  });

  it("does not switch under a go whose lease is over, and does with the next one", async () => {
    const { stub, agent } = await setUp();
    stub.givesGo = false;
    const release = stub.publish({ version: "1.0.0", bytes: serviceArtifact("1.0.0"), runSpec: QUICK_RUN });
    const grant = stub.desire(release);
    agent.run(stub.token());
    await stub.untilPhase("staged", release);
    stub.go(grant, 0);
    const soFar = stub.reports.length;
    await stub.until(() => (stub.reports.length >= soFar + 2 ? true : undefined));
    expect(stub.phases().map(({ phase }) => phase)).toEqual(["downloading", "verifying", "staged"]);
    stub.go(grant);
    await stub.untilPhase("healthy", release);
  });

  it("stops a download when it is halted, keeps what arrived, and goes on under a new grant", async () => {
    const { stub, agent } = await setUp();
    const bytes = serviceArtifact("1.0.0", { ballastBytes: 1_000_000 });
    const release = stub.publish({ version: "1.0.0", bytes, runSpec: QUICK_RUN });
    stub.files.faults.hold = NEVER;
    const grant = stub.desire(release);
    agent.run(stub.token());
    const half = Math.floor(bytes.length / 2);
    await stub.until(() =>
      stub.reports.find(({ body }) => body.kind === "state" && body.applications[0]?.progress?.receivedBytes === half),
    );
    expect(await stub.halt("all")).toEqual([]);
    expect((await stub.untilPhase("idle", release, grant)).failure).toMatchObject({ cause: "halted" });
    stub.files.faults.hold = undefined;
    stub.desire(release);
    await stub.untilPhase("healthy", release);
    expect(stub.files.requests.at(-1)?.range).toBe(`bytes=${half}-`);
  });

  it("switches nothing after a halt was acknowledged, whatever go was on its way", async () => {
    const { stub, agent } = await setUp();
    stub.givesGo = false;
    const release = stub.publish({ version: "1.0.0", bytes: serviceArtifact("1.0.0"), runSpec: QUICK_RUN });
    const grant = stub.desire(release);
    agent.run(stub.token());
    await stub.untilPhase("staged", release);
    expect(await stub.halt([grant])).toEqual([]);
    stub.go(grant);
    stub.desire(release, { grant });
    const soFar = stub.reports.length;
    await stub.until(() => (stub.reports.length >= soFar + 2 ? true : undefined));
    expect(stub.phases().map(({ phase }) => phase)).toEqual(["downloading", "verifying", "staged", "idle"]);
    expect(await servicePids(agent)).toEqual([]);
  });

  it.each(["downloading", "verifying", "staged"] as const)("switches nothing after a halt that came while it was %s", async (phase) => {
    const { stub, agent, port } = await setUpServing();
    stub.givesGo = false;
    const second = stub.publish({ version: "2.0.0", bytes: serviceArtifact("2.0.0", { ballastBytes: 8_000_000 }), runSpec: QUICK_RUN });
    const grant = stub.desire(second);
    await stub.untilPhase(phase, second);
    expect(await stub.halt("all")).toEqual([]);
    // All that could still bring it about: a go that was on its way, the same grant again, and a restart of the agent.
    stub.go(grant);
    stub.desire(second, { grant });
    await agent.end("SIGKILL");
    agent.run();
    await stub.until(() => (stub.hellos.length > 1 ? true : undefined));
    stub.go(grant);
    stub.desire(second, { grant });
    const soFar = stub.reports.length;
    await stub.until(() => (stub.reports.length >= soFar + 3 ? true : undefined));
    expect(stub.phases().filter((body) => body.releaseId === second.releaseId && body.phase === "switching")).toEqual([]);
    expect(await versionAt(port)).toBe("1.0.0");
  });

  it("names the grants whose switch had begun before the halt, and finishes those", async () => {
    const { stub, agent, port } = await setUp();
    const release = stub.publish({ version: "1.0.0", bytes: serviceArtifact("1.0.0"), runSpec: QUICK_RUN });
    const grant = stub.desire(release);
    agent.run(stub.token());
    await stub.untilPhase("probation", release);
    expect(await stub.halt("all")).toEqual([grant]);
    await stub.untilPhase("healthy", release, grant);
    expect(await versionAt(port)).toBe("1.0.0");
  });

  it("leaves what serves alone when nothing is wanted of it any more", async () => {
    const { stub, port } = await setUpServing();
    const acks = stub.acks.length;
    stub.leaveAlone();
    await stub.until(() => (stub.acks.length > acks ? true : undefined));
    expect(await versionAt(port)).toBe("1.0.0");
  });
});
