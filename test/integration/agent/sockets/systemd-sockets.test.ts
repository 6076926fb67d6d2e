import { BoundSocket } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { listenOn } from "#main/agent/sockets/listen-on.ts";
import { startLoad } from "#main/demo/steady-load.ts";
import { holderPids, servicePids, versionAt, type AgentProcess } from "../agent-process.ts";
import { publishHeld, setUpHeld } from "./held-service.ts";

/** Has the agent started as systemd starts a service with a `.socket` unit: descriptor 3, and the pid of the agent itself. */
async function passSocket(agent: AgentProcess, port: number): Promise<void> {
  const bound = new BoundSocket({ host: "127.0.0.1", port });
  onTestFinished(() => bound.close());
  expect(await listenOn([bound.fd()])).toBeUndefined();
  agent.descriptors = [bound.fd()];
  agent.program = ["/bin/sh", "-c", 'export LISTEN_PID=$$; exec "$@"', "sh", ...agent.program];
}

describe("sockets that systemd passes to the agent", () => {
  it.each([
    ["by its name", "org.example.web/http"],
    ["by its address", "rollcall-web.socket"],
  ])("reach their application %s, without a holder, and over a kill of the agent", async (_how, name) => {
    const { stub, agent, port } = await setUpHeld();
    await passSocket(agent, port);
    const environment = { LISTEN_FDS: "1", LISTEN_FDNAMES: name };
    const first = publishHeld(stub, "1.0.0");
    stub.desire(first);
    agent.run(stub.token(), environment);
    await stub.untilPhase("healthy", first);
    const loads = [startLoad(port, "close", 2), startLoad(port, "keep-alive", 2)];
    await agent.end("SIGKILL");
    agent.run(undefined, environment);
    await stub.until(() => (stub.hellos.length > 1 ? true : undefined));
    const second = publishHeld(stub, "2.0.0");
    stub.desire(second);
    await stub.untilPhase("healthy", second);
    await expect.poll(() => servicePids(agent), { timeout: 30_000 }).toHaveLength(1);
    for (const load of loads) expect((await load.stop()).failures).toEqual([]);
    expect(await versionAt(port)).toBe("2.0.0");
    expect(await holderPids(agent)).toEqual([]);
  });

  it("are all of an application's, or the update fails by name", async () => {
    const { stub, agent, port } = await setUpHeld();
    await passSocket(agent, port);
    const sockets = [
      { name: "http", kind: "tcp" as const, port: 1 },
      { name: "admin", kind: "unix" as const, path: "{work}/admin.sock" },
    ];
    const first = publishHeld(stub, "1.0.0", {}, { sockets });
    stub.desire(first);
    agent.run(stub.token(), { LISTEN_FDS: "1", LISTEN_FDNAMES: "org.example.web/http" });
    const failed = await stub.untilPhase("failed", first);
    expect(failed.failure).toMatchObject({ code: "NO_SOCKET", message: expect.stringContaining("not admin") as string });
  });
});
