import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { startLoad } from "#main/demo/steady-load.ts";
import { versionAt } from "#test/integration/agent/agent-process.ts";
import { publishHeld } from "#test/integration/agent/sockets/held-service.ts";
import { AgentOnSystemd } from "./world/agent-on-systemd.ts";

const PATIENCE = { timeout: 60_000 };
const SOCKET = "rollcall-web.socket";

/** A host whose systemd holds the socket of an application that the agent serves, set up as the guide says. */
async function serveFromSystemd(skip: (reason: string) => never) {
  const world = await AgentOnSystemd.install(skip);
  const { host, stub, port } = world;
  const unit = `[Socket]\nListenStream=127.0.0.1:${port}\nFileDescriptorName=org.example.web/http\nService=rollcall-agent.service\n`;
  await writeFile(join(host.root, "etc/systemd/system", SOCKET), unit);
  await world.dropIn("sockets", `[Service]\nSockets=${SOCKET}\n`);
  await host.succeed("systemctl", "daemon-reload");
  await host.succeed("systemctl", "restart", "rollcall-agent");
  await host.until("ActiveState", "active", SOCKET);
  const first = publishHeld(stub, "1.0.0");
  stub.desire(first);
  await stub.untilPhase("healthy", first);
  return { world, loads: [startLoad(port, "close", 2, 5), startLoad(port, "keep-alive", 2, 5)] };
}

describe("a socket that a real systemd holds", () => {
  it("fails no request while versions and agents change", async ({ skip }) => {
    const { world, loads } = await serveFromSystemd(skip);
    const { host, stub, port } = world;
    const [before, hellos] = [await world.pid(), stub.hellos.length];
    const second = publishHeld(stub, "2.0.0");
    stub.desire(second);
    await stub.untilPhase("healthy", second);
    await host.kill("SIGKILL", before);
    await world.untilAnother(before, hellos);
    const third = publishHeld(stub, "3.0.0");
    stub.desire(third);
    await stub.untilPhase("healthy", third);
    await expect.poll(() => world.services(), PATIENCE).toHaveLength(1);
    for (const load of loads) expect((await load.stop()).failures).toEqual([]);
    expect(await versionAt(port)).toBe("3.0.0");
    expect(await host.pids("hold-sockets")).toEqual([]);
  });

  it("is let go with the agent when that is removed, however many clients knock", async ({ skip }) => {
    const { world, loads } = await serveFromSystemd(skip);
    const { code, output } = await world.command("uninstall");
    for (const load of loads) await load.stop();
    expect({ code, output }).toMatchObject({ code: 0, output: expect.stringContaining(SOCKET) as string });
    expect(await world.everything()).toEqual([]);
    expect(await world.host.property("ActiveState", SOCKET)).toBe("inactive");
    expect(await world.host.property("LoadState")).toBe("not-found");
  });
});
