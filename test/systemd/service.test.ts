import { describe, expect, it } from "vitest";
import { INSTALLED_PROGRAM } from "#main/agent/install/install-paths.ts";
import { versionAt } from "#test/integration/agent/agent-process.ts";
import { askAllTheTime } from "#test/integration/agent/installed-agent.ts";
import { QUICK_RUN, serviceArtifact } from "#test/integration/agent/service-artifact.ts";
import { AgentOnSystemd } from "./world/agent-on-systemd.ts";

const PATIENCE = { timeout: 60_000 };

/** An agent that serves an application, and a client of it that never rests. */
async function serveUnderSystemd(skip: (reason: string) => never, dropIn?: string) {
  const world = await AgentOnSystemd.install(skip, dropIn);
  const first = world.stub.publish({ version: "1.0.0", bytes: serviceArtifact("1.0.0"), runSpec: QUICK_RUN });
  world.stub.desire(first);
  await world.stub.untilPhase("healthy", first);
  const services = await world.services();
  expect(services).toHaveLength(1);
  return { world, first, services, load: askAllTheTime(world.port), agent: await world.pid(), hellos: world.stub.hellos.length };
}

describe("the service of the agent under a real systemd", () => {
  it("is active once the agent has said that it is ready, and says whom it serves as", async ({ skip }) => {
    const world = await AgentOnSystemd.install(skip);
    expect(await world.host.property("ActiveState")).toBe("active");
    await expect.poll(() => world.host.property("StatusText"), PATIENCE).toBe("Serving as edge-1.");
    expect(await world.host.property("Type")).toBe("notify");
    expect(await world.host.property("NRestarts")).toBe("0");
    expect(await world.host.succeed("systemctl", "is-system-running")).toBe("running\n");
    expect(await world.host.log()).not.toMatch(/rollcall-agent\.service: (?!Deactivated|Consumed)/);
  });

  it("is never active while the agent says nothing, and is started again", async ({ skip }) => {
    const world = await AgentOnSystemd.prepare(skip);
    await world.dropIn("test", "[Service]\nTimeoutStartSec=2s\nTimeoutStopSec=2s\n");
    expect(await world.runInstall("0.1.0", "--root", "/")).toMatchObject({ code: 0 });
    const hanging = await world.keepBundle("0.1.1", "hangs before it serves");
    await world.host.succeed("cp", hanging, INSTALLED_PROGRAM.agent);
    await world.host.succeed("systemctl", "daemon-reload");
    expect((await world.host.run(["systemctl", "start", "rollcall-agent"])).output).toContain("a timeout was exceeded");
    expect(await world.host.log()).toContain("start operation timed out");
    await expect.poll(async () => Number(await world.host.property("NRestarts")), PATIENCE).toBeGreaterThan(0);
    expect(await world.host.property("ActiveEnterTimestampMonotonic")).toBe("0");
    await world.host.succeed("systemctl", "stop", "rollcall-agent");
    expect(await world.everything()).toEqual([]);
  });

  it("is restarted when the agent is frozen; its application serves on and is taken over", async ({ skip }) => {
    const { world, services, load, agent, hellos } = await serveUnderSystemd(skip, "[Service]\nWatchdogSec=6s\n");
    await world.host.kill("SIGSTOP", agent);
    await world.untilAnother(agent, hellos);
    expect(await world.host.log()).toContain("Watchdog timeout");
    expect(await world.services()).toEqual(services);
    expect((await load.stop()).failed).toEqual([]);
  });

  it("is fed by a living agent for many times its watchdog's deadline", async ({ skip }) => {
    const { world, load, agent } = await serveUnderSystemd(skip, "[Service]\nWatchdogSec=4s\n");
    const fed = new Set<string>();
    await expect.poll(async () => fed.add(await world.host.property("WatchdogTimestampMonotonic")).size, PATIENCE).toBeGreaterThan(8);
    expect(await world.pid()).toBe(agent);
    expect(await world.host.property("NRestarts")).toBe("0");
    expect((await load.stop()).failed).toEqual([]);
  });

  it.for(["systemctl restart", "kill -9"])("is another after `%s`, and no application notices", async (how, { skip }) => {
    const { world, services, load, agent, hellos } = await serveUnderSystemd(skip);
    if (how === "kill -9") await world.host.kill("SIGKILL", agent);
    else await world.host.succeed("systemctl", "restart", "rollcall-agent");
    await world.untilAnother(agent, hellos);
    expect(await world.services()).toEqual(services);
    expect((await load.stop()).failed).toEqual([]);
  });

  it("stops the application in order with `systemctl stop`, and serves it again after `systemctl start`", async ({ skip }) => {
    const { world, load } = await serveUnderSystemd(skip);
    await load.stop();
    await world.host.succeed("systemctl", "stop", "rollcall-agent");
    expect(await world.host.property("ActiveState")).toBe("inactive");
    expect(await world.host.property("Result")).toBe("success");
    expect(await world.everything()).toEqual([]);
    expect(await versionAt(world.port)).toBeUndefined();
    await world.host.succeed("systemctl", "start", "rollcall-agent");
    await expect.poll(() => versionAt(world.port), PATIENCE).toBe("1.0.0");
  });
});
