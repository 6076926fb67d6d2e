import { readlink, stat } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { servicePids, setUp, versionAt } from "./agent-process.ts";
import { QUICK_RUN, serviceArtifact } from "./service-artifact.ts";
import { setUpServing } from "./serving-agent.ts";

describe("an agent that is granted releases", () => {
  it("enrols, installs the first release and updates to the second, phase by phase", async () => {
    const { stub, agent, port } = await setUp();
    const first = stub.publish({ version: "1.0.0", bytes: serviceArtifact("1.0.0"), runSpec: QUICK_RUN });
    const second = stub.publish({ version: "1.1.0", bytes: serviceArtifact("1.1.0"), runSpec: QUICK_RUN });
    stub.desire(first);
    agent.run(stub.token());
    const healthy = await stub.untilPhase("healthy", first);
    expect(await versionAt(port)).toBe("1.0.0");
    expect(healthy.application).toMatchObject({ phase: "healthy", healthy: true, current: { version: "1.0.0", digest: first.digest } });

    const grant = stub.desire(second);
    await stub.untilPhase("healthy", second);
    expect(await versionAt(port)).toBe("1.1.0");
    const phases = stub.phases().filter((body) => body.releaseId === second.releaseId);
    expect(phases.map((body) => body.phase)).toEqual(["downloading", "verifying", "staged", "switching", "probation", "healthy"]);
    expect(new Set(phases.map((body) => body.grantId))).toEqual(new Set([grant]));
    expect(await servicePids(agent)).toHaveLength(1);
    expect(stub.problems).toEqual([]);
  });

  it("keeps installed files read-only under their digest and points at the one that serves", async () => {
    const { agent, first: release } = await setUpServing();
    const slot = join(agent.application.slots, release.digest);
    expect((await stat(join(slot, "service.mjs"))).mode & 0o777).toBe(0o555);
    expect(join(agent.application.folder, await readlink(agent.application.current))).toBe(slot);
    expect((await stat(agent.paths.hostKey)).mode & 0o777).toBe(0o600);
  });
});
