import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { ReportedApplication } from "#shared/domain/host/reported.ts";
import type { RunSpec } from "#shared/domain/release/run-spec.ts";
import { servicePids, setUp, versionAt } from "../agent-process.ts";
import { QUICK_RUN, serviceArtifact } from "../service-artifact.ts";
import { serveOn } from "../serving-agent.ts";

const shell = (change: Partial<RunSpec>) => ({
  command: "/bin/sh",
  arguments: ["{artifact}"],
  installAs: "service",
  probationMs: 500,
  stopDeadlineMs: 500,
  ...change,
});

describe("a restart policy", () => {
  it("lets a version end in order, and starts it again for a person only", async () => {
    const { stub, agent } = await setUp();
    const release = stub.publish({
      version: "1.0.0",
      bytes: Buffer.from("echo ran\n"),
      runSpec: shell({ restart: { policy: "on-failure" } }),
    });
    stub.desire(release);
    agent.run(stub.token());
    const { application } = await stub.untilPhase("healthy", release);
    expect(application).toMatchObject({ healthy: true, restarts: 0 });
    expect(await servicePids(agent)).toEqual([]);
    const again = stub.command({ kind: "restart", applicationId: release.applicationId });
    expect(await stub.untilCommand(again)).toMatchObject({ outcome: "done" });
  });

  it("that never restarts gives a version one life in its probation", async () => {
    const { stub, agent } = await setUp();
    const runSpec = shell({ restart: { policy: "never" }, crashLimit: 5, probationMs: 60_000 });
    const release = stub.publish({ version: "1.0.0", bytes: Buffer.from("exit 4\n"), runSpec });
    stub.desire(release);
    agent.run(stub.token());
    expect((await stub.untilPhase("failed", release)).failure).toMatchObject({
      cause: "exit",
      message: expect.stringContaining("crashed once") as string,
    });
  });

  it("ends a version whose probe fails long after its probation, where it says so, and starts it again", async () => {
    const { stub, agent, port } = await setUp();
    const restart = { policy: "always", whenUnhealthy: "restart", maxDelayMs: 500 } as const;
    // Well for its probation, ill afterwards, and well again after a restart.
    const release = stub.publish({
      version: "1.0.0",
      bytes: serviceArtifact("1.0.0", { sickAfterProbes: 40 }),
      runSpec: { ...QUICK_RUN, restart },
    });
    await serveOn(stub, agent, release);
    const [pid] = await servicePids(agent);
    const state = await stub.until(() =>
      stub.reports.find(({ body }) => body.kind === "state" && body.applications[0]?.restarts === 1 && body.applications[0].healthy),
    );
    expect(state.body).toMatchObject({ applications: [{ phase: "healthy", current: { version: "1.0.0" } }] });
    expect(await servicePids(agent)).not.toContain(pid);
    expect(await agent.log()).toContain("hung: its probe failed 2 times in a row");
    expect(await versionAt(port)).toBe("1.0.0");
  });

  it("takes a version back that crashes again and again long after its probation, and only where it says so", async () => {
    const { stub, agent, port } = await setUp();
    const restart = { policy: "always", afterProbation: "revert", crashLimit: 2, maxDelayMs: 500 } as const;
    const first = stub.publish({ version: "1.0.0", bytes: serviceArtifact("1.0.0"), runSpec: { ...QUICK_RUN, restart } });
    await serveOn(stub, agent, first);
    const second = stub.publish({ version: "2.0.0", bytes: serviceArtifact("2.0.0"), runSpec: { ...QUICK_RUN, restart } });
    stub.desire(second);
    await stub.untilPhase("healthy", second);
    await crash(port, agent, "2.0.0");
    await expect.poll(() => versionAt(port), { timeout: 20_000 }).toBe("2.0.0");
    await crash(port, agent, "2.0.0");
    const reverted = await stub.untilPhase("reverted", second);
    expect(reverted).toMatchObject({ failure: { cause: "signal", message: expect.stringContaining("2 times within 10 m") as string } });
    expect(reverted.grantId).toBeUndefined();
    await expect.poll(() => versionAt(port), { timeout: 20_000 }).toBe("1.0.0");
    // It has nothing to go back to, so that it goes on, however often it crashes.
    await crash(port, agent, "1.0.0");
    await expect.poll(() => versionAt(port), { timeout: 20_000 }).toBe("1.0.0");
    await crash(port, agent, "1.0.0");
    await expect.poll(() => versionAt(port), { timeout: 20_000 }).toBe("1.0.0");
    expect(stub.phases().filter(({ phase }) => phase === "reverting")).toHaveLength(1);
  });

  it("starts a version again whose surroundings broke long after its probation, and tells its operators why it is not well", async () => {
    const { stub, agent } = await setUp();
    const script = Buffer.from("[ -e broken ] && exit 70\nwhile :; do sleep 1; done\n");
    const runSpec = shell({ restart: { policy: "always", maxDelayMs: 500 }, probationMs: 300 });
    const release = stub.publish({ version: "1.0.0", bytes: script, runSpec });
    stub.desire(release);
    agent.run(stub.token());
    await stub.untilPhase("healthy", release);
    const flag = join(agent.application.work, "broken");
    await writeFile(flag, "");
    for (const pid of await servicePids(agent)) process.kill(pid, "SIGKILL");
    const told = (isTold: (one: ReportedApplication) => boolean) =>
      stub.until(() => stub.reports.find(({ body }) => body.kind === "state" && body.applications.some(isTold)));
    await told(({ phase, trouble }) => phase === "healthy" && /^It ended with exit code 70, \d+ times in a row\./.test(trouble ?? ""));
    expect(await agent.print("status", "--state", agent.folder)).toContain("It ended with exit code 70");
    await rm(flag);
    await told(({ healthy, restarts, trouble }) => healthy && restarts > 1 && trouble === undefined);
  });
});

async function crash(port: number, agent: Parameters<typeof servicePids>[0], version: string): Promise<void> {
  const [pid] = await servicePids(agent);
  expect(await versionAt(port)).toBe(version);
  process.kill(pid ?? 0, "SIGSEGV");
  await expect.poll(() => servicePids(agent), { timeout: 20_000 }).not.toContain(pid);
}
