import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { askAllTheTime } from "#test/integration/agent/installed-agent.ts";
import { QUICK_RUN, serviceArtifact } from "#test/integration/agent/service-artifact.ts";
import { publishHeld } from "#test/integration/agent/sockets/held-service.ts";
import { TARGETS } from "./world/boot-script.ts";
import { AgentOnSystemd } from "./world/agent-on-systemd.ts";

async function serve(world: AgentOnSystemd, user?: string): Promise<number> {
  const runSpec = { ...QUICK_RUN, ...(user !== undefined && { user }) };
  const first = world.stub.publish({ version: "1.0.0", bytes: serviceArtifact("1.0.0"), runSpec });
  world.stub.desire(first);
  await world.stub.untilPhase("healthy", first);
  const [service = 0] = await world.services();
  return service;
}

/** What a process of the host is held back by, in the kernel's words. */
async function restraints(world: AgentOnSystemd, pid: number): Promise<readonly string[]> {
  const { host } = world;
  const status = (await host.succeed("cat", `/proc/${pid}/status`)).split("\n");
  const kept = /^(CapInh|CapPrm|CapEff|CapBnd|CapAmb|NoNewPrivs|Seccomp|Seccomp_filters):/;
  const spaces = await Promise.all(
    ["mnt", "net", "user", "uts", "ipc", "pid", "cgroup"].map((one) => host.succeed("readlink", `/proc/${pid}/ns/${one}`)),
  );
  return [...status.filter((line) => kept.test(line)), ...spaces, await host.succeed("cat", `/proc/${pid}/oom_score_adj`)];
}

describe("an installation under a real systemd", () => {
  it("is upgraded and repeated while its application serves", async ({ skip }) => {
    const world = await AgentOnSystemd.install(skip);
    const service = await serve(world);
    const load = askAllTheTime(world.port);
    const [first, hellos] = [await world.pid(), world.stub.hellos.length];
    expect((await world.runInstall("0.1.0")).output).toContain("The agent runs already, as installed.");
    expect(await world.pid()).toBe(first);
    expect((await world.runInstall("0.2.0")).output).toContain("its applications went on");
    await world.untilAnother(first, hellos);
    expect(await world.services()).toEqual([service]);
    expect((await load.stop()).failed).toEqual([]);
    expect((await world.command("--version")).output).toBe("0.2.0\n");
  });

  it("holds no application back, and keeps out what would change the agent's runtime", async ({ skip }) => {
    const world = await AgentOnSystemd.prepare(skip);
    await world.host.succeed("systemctl", "set-environment", "NODE_OPTIONS=--require=/nowhere", "SECRET_OF_THE_MACHINE=1");
    expect(await world.runInstall()).toMatchObject({ code: 0 });
    const service = await serve(world);
    expect(await restraints(world, service)).toEqual(await restraints(world, 1));
    const environment = await (await fetch(`http://127.0.0.1:${world.port}/environment`)).json();
    const leaked = [
      "NODE_OPTIONS",
      "SECRET_OF_THE_MACHINE",
      "NOTIFY_SOCKET",
      "WATCHDOG_USEC",
      "WATCHDOG_PID",
      "INVOCATION_ID",
      "STATE_DIRECTORY",
    ];
    for (const name of leaked) expect(environment).not.toHaveProperty(name);
  });

  it("serves as another user, who may do what that user may", async ({ skip }) => {
    const world = await AgentOnSystemd.install(skip);
    const service = await serve(world, "nobody");
    expect(await world.host.succeed("ps", "-o", "user=", "-p", String(service))).toBe("nobody\n");
  });

  it("is removed without a trace but its state, and with its state when the host's name is typed", async ({ skip }) => {
    const world = await AgentOnSystemd.install(skip);
    const held = publishHeld(world.stub, "1.0.0");
    world.stub.desire(held);
    await world.stub.untilPhase("healthy", held);
    expect(await world.command("uninstall")).toMatchObject({ code: 0 });
    expect(await world.everything()).toEqual([]);
    expect(await world.host.property("LoadState")).toBe("not-found");
    const units = await readdir(join(world.host.root, "etc/systemd/system"));
    expect(units.toSorted()).toEqual([...Object.keys(TARGETS), "multi-user.target.wants", "rollcall-agent.service.d"].toSorted());
    expect(await readdir(join(world.host.root, "etc/systemd/system/multi-user.target.wants"))).toEqual([]);
    const { output } = await world.host.run(["find", "/run", "/usr/local", "/var/lib", "/sys/fs/cgroup", "-name", "*rollcall*"]);
    expect(output).toBe("/var/lib/rollcall-agent\n");
    expect(await world.runInstall()).toMatchObject({ code: 0 });
    expect(await world.command("uninstall", "--purge", "edge-1")).toMatchObject({ code: 0 });
    expect(await readdir(join(world.host.root, "var/lib"))).toEqual([]);
    expect(await world.everything()).toEqual([]);
  });
});
