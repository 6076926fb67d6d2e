import { rm } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { AGENT_APPLICATION } from "#test/fakes/control-plane-stub-releases.ts";
import { servicePids, setUp } from "./agent-process.ts";
import type { BundleFault } from "#test/faults/faulty-bundle.ts";
import { agentBundle } from "./agent-bundles.ts";
import { askAllTheTime, InstalledAgent } from "./installed-agent.ts";

const FAULTS: readonly BundleFault[] = ["throws at start", "hangs before it serves", "never reaches its control plane"];

describe("an installed agent that is granted another version of itself", () => {
  it("becomes that version while its application answers every request in the same process", async () => {
    const host = await InstalledAgent.install("0.1.0");
    const { stub, agent } = host;
    await host.serveFirst();
    const before = await servicePids(agent);
    const asking = askAllTheTime(host.port);
    const second = await host.publish("0.2.0");
    const grant = stub.desire(second, { beside: true });
    await stub.untilPhase("healthy", second);
    const { asked, failed } = await asking.stop();
    expect(failed).toEqual([]);
    expect(asked).toBeGreaterThan(10);
    expect(await servicePids(agent)).toEqual(before);
    expect(stub.hellos.at(-1)?.facts.agentVersion).toBe("0.2.0");
    expect(await host.currentVersion()).toBe("0.2.0");
    const phases = stub.phases().filter((body) => body.releaseId === second.releaseId);
    expect([...new Set(phases.map((body) => body.phase))]).toEqual([
      "downloading",
      "verifying",
      "staged",
      "switching",
      "probation",
      "healthy",
    ]);
    expect(new Set(phases.map((body) => body.grantId))).toEqual(new Set([grant]));
    expect(host.starts).toBe(2);
    expect(stub.problems).toEqual([]);
  });

  it.each(FAULTS)("goes back from one that %s, says so, and keeps it out", async (fault) => {
    const host = await InstalledAgent.install("0.1.0");
    const { stub, agent } = host;
    await host.serveFirst();
    const before = await servicePids(agent);
    const asking = askAllTheTime(host.port);
    const bad = await host.publish("0.2.0", fault);
    stub.desire(bad, { beside: true });
    const { failure } = await stub.untilPhase("reverted", bad);
    expect(failure?.message).toMatch(/started three times and did not prove itself|did not reach its control plane within 3 s/);
    expect((await asking.stop()).failed).toEqual([]);
    expect(await servicePids(agent)).toEqual(before);
    expect(stub.hellos.at(-1)?.facts.agentVersion).toBe("0.1.0");
    expect(await host.currentVersion()).toBe("0.1.0");
    const again = stub.desire(bad, { beside: true });
    expect((await stub.untilPhase("failed", bad, again)).failure?.cause).toBe("quarantined");
    expect(stub.problems).toEqual([]);
  });

  it("goes back from one whose runtime is missing", async () => {
    const host = await InstalledAgent.install("0.1.0");
    const { stub } = host;
    await host.serveFirst();
    host.beforeStart = async () => {
      if ((await host.currentVersion()) === "0.2.0") await rm(join(host.paths.current, "node"), { force: true });
    };
    const second = await host.publish("0.2.0");
    stub.desire(second, { beside: true });
    await stub.untilPhase("reverted", second);
    expect(await host.currentVersion()).toBe("0.1.0");
  });

  it("goes back to a version that it was before, when that is granted", async () => {
    const host = await InstalledAgent.install("0.1.0");
    const { stub } = host;
    await host.serveFirst();
    for (const version of ["0.2.0", "0.1.0"]) {
      const release = await host.publish(version);
      stub.desire(release, { beside: true });
      await stub.untilPhase("healthy", release);
      expect(stub.hellos.at(-1)?.facts.agentVersion).toBe(version);
    }
    expect(stub.problems).toEqual([]);
  });

  it.each(["downloading", "verifying", "staged", "switching", "probation"] as const)(
    "gets there when it is killed while %s",
    async (phase) => {
      const host = await InstalledAgent.install("0.1.0");
      const { stub, agent } = host;
      await host.serveFirst();
      const second = await host.publish("0.2.0");
      stub.desire(second, { beside: true });
      await stub.untilPhase(phase, second);
      await agent.end("SIGKILL");
      await stub.untilPhase("healthy", second);
      expect(stub.hellos.at(-1)?.facts.agentVersion).toBe("0.2.0");
      expect(await servicePids(agent)).toHaveLength(1);
      expect(stub.problems).toEqual([]);
    },
  );

  it("is on trial until it has stayed up, and says so in its status", async () => {
    const host = await InstalledAgent.install("0.1.0");
    const { stub, agent } = host;
    await host.serveFirst();
    const second = await host.publish("0.2.0", undefined, 60_000);
    stub.desire(second, { beside: true });
    await expect
      .poll(() => agent.print("status", "--state", agent.folder), { timeout: 60_000 })
      .toMatch(/ agent 0\.2\.0\n[^]*dev\.rollcall\.agent {2}0\.2\.0 {2}probation\n.*\n {4}On trial:/);
    expect(await host.currentVersion()).toBe("0.2.0");
  });

  it("refuses one that does not say its release's version before it is staged", async () => {
    const host = await InstalledAgent.install("0.1.0");
    const { stub } = host;
    await host.serveFirst();
    const wrong = stub.publish({
      version: "0.3.0",
      bytes: await agentBundle("0.2.0"),
      of: AGENT_APPLICATION,
      runSpec: { command: "node" },
    });
    stub.desire(wrong, { beside: true });
    expect((await stub.untilPhase("failed", wrong)).failure?.message).toContain("not version 0.3.0");
    expect(host.starts).toBe(1);
  });
});

describe("an agent that nobody installed", () => {
  it("refuses another version of itself before anything is fetched", async () => {
    const { stub, agent } = await setUp();
    const release = stub.publish({ version: "0.2.0", bytes: Buffer.from("never fetched"), of: AGENT_APPLICATION });
    let fetched = 0;
    stub.files.onBlob = () => void (fetched += 1);
    stub.desire(release);
    agent.run(stub.token());
    const { failure } = await stub.untilPhase("failed", release);
    expect(failure).toMatchObject({ code: "ENV_UNSUPPORTED", message: expect.stringContaining("rollcall-agent install") as string });
    expect(fetched).toBe(0);
  });

  it("gives its own log to whoever follows the log of that application", async () => {
    const { stub, agent } = await setUp();
    const release = stub.publish({ version: "0.2.0", bytes: Buffer.from("never fetched"), of: AGENT_APPLICATION });
    stub.desire(release);
    agent.run(stub.token());
    await stub.untilPhase("failed", release);
    stub.send({ type: "tail", tailId: "own", applicationId: release.applicationId, forMs: 60_000 });
    const seen = await stub.until(() => stub.tailed.find(({ text }) => text !== ""));
    expect(seen.text).toContain(`"level":`);
  });
});
