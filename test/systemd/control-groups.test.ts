import { writeFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { STUB_APPLICATION } from "#test/fakes/control-plane-stub-releases.ts";
import { aSmallGroup } from "#test/integration/agent/process/small-group.ts";
import { AgentOnSystemd } from "./world/agent-on-systemd.ts";

const PATIENCE = { timeout: 60_000 };
const SERVICE_GROUP = "0::/system.slice/rollcall-agent.service";
const RUN = { command: "/bin/bash", arguments: ["{artifact}", "{artifact}"], installAs: "service", probationMs: 300, stopDeadlineMs: 2000 };

/** Two processes: one in a session of its own, with `clears` of the environment before it; both go by the artifact's name. */
const daemonising = (clears: "env -i" | ""): Buffer =>
  Buffer.from(`${clears} setsid bash -c 'exec -a "$0" sleep 600' "$1" &\nexec bash -c 'exec -a "$0" sleep 600' "$1"\n`);

async function serveDaemon(skip: (reason: string) => never, clears: "env -i" | "", dropIn?: string) {
  const world = await AgentOnSystemd.install(skip, dropIn);
  const first = world.stub.publish({ version: "1.0.0", bytes: daemonising(clears), runSpec: RUN });
  world.stub.desire(first);
  await world.stub.untilPhase("healthy", first);
  const services = await world.services();
  expect(services).toHaveLength(2);
  return { world, services, groups: await Promise.all(services.map((pid) => world.host.succeed("cat", `/proc/${pid}/cgroup`))) };
}

describe("the control group that a real systemd gives to the agent", () => {
  it("has one below it for each start, through which what escaped is ended, by the next agent, too", async ({ skip }) => {
    const { world, services, groups } = await serveDaemon(skip, "env -i");
    const [group = "", ...others] = new Set(groups.map((text) => /^0::.*$/m.exec(text)?.[0] ?? ""));
    expect(others).toEqual([]);
    expect(group).toMatch(new RegExp(`^${SERVICE_GROUP}/${STUB_APPLICATION}\\.[0-9a-f]+$`));
    expect((await world.command("status", "--state", world.installedState)).output).toContain(
      "every start has a control group; nothing outlives it",
    );
    const [agent, hellos] = [await world.pid(), world.stub.hellos.length];
    await world.host.kill("SIGKILL", agent);
    await world.untilAnother(agent, hellos);
    expect(await world.services()).toEqual(services);
    const second = world.stub.publish({ version: "2.0.0", bytes: daemonising("env -i"), runSpec: RUN });
    world.stub.desire(second);
    await world.stub.untilPhase("healthy", second);
    const now = await world.services();
    expect(now).toHaveLength(2);
    expect(now.filter((pid) => services.includes(pid))).toEqual([]);
    await world.host.succeed("systemctl", "stop", "rollcall-agent");
    expect(await world.everything()).toEqual([]);
    expect((await world.host.run(["ls", "/sys/fs/cgroup/system.slice/rollcall-agent.service"])).code).not.toBe(0);
  });

  it("is not there for an agent that may not write it, which says so and follows a variable", async ({ skip }) => {
    const { world, groups } = await serveDaemon(skip, "", "[Service]\nProtectControlGroups=yes\n");
    for (const group of groups) expect(group).toContain(`${SERVICE_GROUP}\n`);
    const { output } = await world.command("status", "--state", world.installedState);
    expect(output).toMatch(/control group/i);
    await world.host.succeed("systemctl", "stop", "rollcall-agent");
    await expect.poll(() => world.everything(), PATIENCE).toEqual([]);
  });

  it("does not hide that the kernel needed an application's memory", async ({ skip }) => {
    const group = await aSmallGroup();
    if (group === undefined) return skip("no group with a limit can be made here");
    const world = await AgentOnSystemd.install(skip);
    const eat = `exec ${process.execPath} -e 'const all = []; for (;;) all.push(Buffer.alloc(1e6, 1))'`;
    const waiting = Buffer.from(`until [ -e /run/eat ]; do sleep 0.05; done\n${eat}\n`);
    const first = world.stub.publish({ version: "1.0.0", bytes: waiting, runSpec: { ...RUN, probationMs: 60_000, crashLimit: 1 } });
    world.stub.desire(first);
    await world.stub.untilPhase("probation", first);
    const [service = 0] = await world.services();
    await writeFile(`${group}/cgroup.procs`, String(await world.host.outerPid(service)));
    await world.host.succeed("touch", "/run/eat");
    const { failure } = await world.stub.untilPhase("failed", first);
    expect(failure).toMatchObject({ cause: "signal", code: "OUT_OF_MEMORY" });
    expect(failure?.message).toContain("most likely for memory");
    expect(await world.host.property("ActiveState")).toBe("active");
  });

  it("is kept over a reload and a change of its limits", async ({ skip }) => {
    const { world, services, groups } = await serveDaemon(skip, "env -i");
    await world.dropIn("limits", "[Service]\nTasksMax=5000\nIOWeight=50\n");
    await world.host.succeed("systemctl", "daemon-reload");
    expect(await world.services()).toEqual(services);
    expect(await Promise.all(services.map((pid) => world.host.succeed("cat", `/proc/${pid}/cgroup`)))).toEqual(groups);
  });
});
