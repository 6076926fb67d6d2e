import { once } from "node:events";
import { readFile, stat, writeFile } from "node:fs/promises";
import { createServer, get } from "node:http";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { startLoad } from "#main/demo/steady-load.ts";
import { holderPids, servicePids, versionAt } from "../agent-process.ts";
import { freePort } from "#test/builders/free-port.ts";
import { serviceArtifact, QUICK_RUN } from "../service-artifact.ts";
import { HELD_RUN, publishHeld, serveHeld, setUpHeld } from "./held-service.ts";
import { serveOn } from "../serving-agent.ts";

const PATIENCE = { timeout: 30_000 };

describe("the process that holds sockets", () => {
  it("outlives a killed agent, and lets the next one change versions without a failed request", async () => {
    const { stub, agent, port } = await setUpHeld();
    await serveHeld(stub, agent);
    const [holder] = await holderPids(agent);
    const [pid] = await servicePids(agent);
    const loads = [startLoad(port, "close", 2), startLoad(port, "keep-alive", 2)];
    await agent.end("SIGKILL");
    agent.run();
    await stub.until(() => (stub.hellos.length > 1 ? true : undefined));
    expect(await servicePids(agent)).toEqual([pid]);
    expect(await holderPids(agent)).toEqual([holder]);
    const second = publishHeld(stub, "2.0.0");
    stub.desire(second);
    await stub.untilPhase("healthy", second);
    for (const load of loads) expect((await load.stop()).failures).toEqual([]);
    expect(await versionAt(port)).toBe("2.0.0");
  });

  it("lets connections wait while a crashed application is started again", async () => {
    const { stub, agent, port } = await setUpHeld();
    await serveHeld(stub, agent);
    const [pid] = await servicePids(agent);
    process.kill(pid ?? 0, "SIGKILL");
    // Never refused: whoever comes in between waits for the next process.
    for (let asked = 0; asked < 5; asked += 1) {
      const answer = await fetch(`http://127.0.0.1:${port}/version`, { signal: AbortSignal.timeout(60_000) });
      expect(await answer.text()).toBe("1.0.0");
    }
    expect(await servicePids(agent)).not.toEqual([pid]);
  });

  it("knows how an application ended while no agent was there", async () => {
    const { stub, agent } = await setUpHeld();
    await serveHeld(stub, agent);
    const [pid] = await servicePids(agent);
    await agent.end("SIGKILL");
    process.kill(pid ?? 0, "SIGSEGV");
    await expect.poll(() => servicePids(agent), PATIENCE).toEqual([]);
    agent.run();
    await expect.poll(() => servicePids(agent), PATIENCE).toHaveLength(1);
    expect(await agent.log()).toContain("was ended by SIGSEGV");
  });

  it("ends with an agent that is stopped in order, and its port is free", async () => {
    const { stub, agent, port } = await setUpHeld();
    await serveHeld(stub, agent);
    expect(await agent.end("SIGTERM")).toBe(0);
    await expect.poll(() => holderPids(agent), PATIENCE).toEqual([]);
    const free = createServer().listen(port, "127.0.0.1");
    await once(free, "listening");
    free.close();
  });

  it("may be killed: applications serve on, the next change stops one before it starts the other, and the one after that does not", async () => {
    const { stub, agent, port } = await setUpHeld();
    await serveHeld(stub, agent);
    process.kill((await holderPids(agent))[0] ?? 0, "SIGKILL");
    expect(await versionAt(port)).toBe("1.0.0");
    const told = await stub.until(() =>
      stub.reports.map(({ body }) => body).find((body) => body.kind === "state" && body.applications[0]?.listening?.swap === "stop-start"),
    );
    expect(told).toMatchObject({ applications: [{ listening: { reason: expect.stringContaining("has ended") as string } }] });
    const second = publishHeld(stub, "2.0.0");
    stub.desire(second);
    await stub.untilPhase("healthy", second);
    const load = startLoad(port, "close", 2);
    const third = publishHeld(stub, "3.0.0");
    stub.desire(third);
    await stub.untilPhase("healthy", third);
    expect((await load.stop()).failures).toEqual([]);
    expect(await versionAt(port)).toBe("3.0.0");
  });
});

describe("a version that names sockets", () => {
  it("takes over from one that listened by itself, which stops first", async () => {
    const { stub, agent, port } = await setUpHeld();
    const first = stub.publish({ version: "1.0.0", bytes: serviceArtifact("1.0.0"), runSpec: QUICK_RUN });
    await serveOn(stub, agent, first);
    const second = publishHeld(stub, "2.0.0");
    stub.desire(second);
    await stub.untilPhase("healthy", second);
    expect(await versionAt(port)).toBe("2.0.0");
    const third = stub.publish({ version: "3.0.0", bytes: serviceArtifact("3.0.0"), runSpec: QUICK_RUN });
    stub.desire(third);
    await stub.untilPhase("healthy", third);
    expect(await versionAt(port)).toBe("3.0.0");
    expect(stub.problems).toEqual([]);
  });

  it("is refused where another program listens, which is named; what served was not touched", async () => {
    const { stub, agent, port } = await setUpHeld();
    await serveHeld(stub, agent);
    const [pid] = await servicePids(agent);
    const taken = createServer().listen(0, "127.0.0.1");
    onTestFinished(() => void taken.close());
    await once(taken, "listening");
    const address = taken.address();
    const other = typeof address === "object" && address !== null ? address.port : 0;
    const sockets = [...(HELD_RUN.sockets ?? []), { name: "admin", kind: "tcp" as const, port: other }];
    const second = publishHeld(stub, "2.0.0", {}, { sockets });
    stub.desire(second);
    const reverted = await stub.untilPhase("reverted", second);
    expect(reverted.failure).toMatchObject({ cause: "exec", code: "NO_SOCKET" });
    expect(reverted.failure?.message).toContain(`127.0.0.1:${other} is in use by`);
    expect(reverted.failure?.message).toContain(`(process ${process.pid})`);
    expect(await servicePids(agent)).toEqual([pid]);
    expect(await versionAt(port)).toBe("1.0.0");
  });

  it("may add and drop sockets, of files and of IPv6 among them, and goes back to those of the version before", async () => {
    const { stub, agent, port } = await setUpHeld();
    await serveHeld(stub, agent);
    const six = await freePort();
    const sockets = [
      ...(HELD_RUN.sockets ?? []),
      { name: "admin", kind: "unix" as const, path: "{work}/admin.sock", mode: "600" },
      { name: "six", kind: "tcp" as const, host: "::1", port: six },
    ];
    const second = publishHeld(stub, "2.0.0", { listensTo: "admin" }, { sockets });
    stub.desire(second);
    await stub.untilPhase("healthy", second);
    const path = join(agent.application.work, "admin.sock");
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await answerOf(path)).toBe("2.0.0");
    expect(await readFile(agent.application.outputLog, "utf8")).toContain("starting 2.0.0 with 3 http:admin:six true\n");
    stub.desire(publishHeld(stub, "3.0.0"));
    await expect.poll(() => versionAt(port), PATIENCE).toBe("3.0.0");
    await expect
      .poll(
        () =>
          stat(path).then(
            () => "there",
            () => "gone",
          ),
        PATIENCE,
      )
      .toBe("gone");
  });

  it("listens by itself where Node cannot hold sockets, and a change says why it has a gap", async () => {
    const { stub, agent, port } = await setUpHeld();
    const without = join(agent.folder, "without.cjs");
    await writeFile(without, 'delete require("node:net").BoundSocket;');
    agent.program = [process.execPath, "-r", without, ...agent.program.slice(1)];
    await serveHeld(stub, agent);
    const second = publishHeld(stub, "2.0.0");
    stub.desire(second);
    await stub.untilPhase("healthy", second);
    expect(await versionAt(port)).toBe("2.0.0");
    expect(await holderPids(agent)).toEqual([]);
    const told = stub.reports.map(({ body }) => body).findLast((body) => body.kind === "phase");
    expect(told).toMatchObject({ application: { listening: { swap: "stop-start", reason: expect.stringContaining("24.19") as string } } });
  });
});

function answerOf(socketPath: string): Promise<string> {
  return new Promise((resolve, reject) => {
    get({ socketPath, path: "/version" }, (response) => {
      response.on("data", (chunk: Buffer) => resolve(chunk.toString("utf8")));
    }).once("error", reject);
  });
}
