import { once } from "node:events";
import { createServer } from "node:net";
import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { servicePids, setUp, versionAt } from "./agent-process.ts";
import { freePort } from "#test/builders/free-port.ts";
import { QUICK_RUN, serviceArtifact } from "./service-artifact.ts";
import { serveOn, setUpServing } from "./serving-agent.ts";

describe("an agent that supervises", () => {
  it("starts a crashed version again and counts it", async () => {
    const { stub, agent, port } = await setUpServing();
    const [pid] = await servicePids(agent);
    process.kill(pid ?? 0, "SIGSEGV");
    const state = await stub.until(() =>
      stub.reports.find(({ body }) => body.kind === "state" && body.applications[0]?.restarts === 1 && body.applications[0].healthy),
    );
    expect(state.body).toMatchObject({ applications: [{ phase: "healthy", current: { version: "1.0.0" } }] });
    expect(await versionAt(port)).toBe("1.0.0");
  });

  it("stops its applications when it is stopped in order, and starts them again with itself", async () => {
    const { stub, agent, port } = await setUpServing({ stopsInMs: 200 });
    expect(await agent.end("SIGTERM")).toBe(0);
    expect(await servicePids(agent)).toEqual([]);
    await stub.stop();
    agent.run();
    // Without a control plane: what serves needs nobody.
    await expect.poll(() => versionAt(port), { timeout: 20_000 }).toBe("1.0.0");
  });

  it("ends what does not stop in time, with everything that it started", async () => {
    const { stub, agent } = await setUp();
    const script = `#!/bin/sh\ntrap '' TERM\n(trap '' TERM; exec -a "$1" sleep 600) &\nsleep 600\n`;
    const runSpec = {
      command: "/bin/bash",
      arguments: ["{artifact}", "{artifact}"],
      installAs: "stubborn",
      probationMs: 300,
      stopDeadlineMs: 500,
    };
    const release = stub.publish({ version: "1.0.0", bytes: Buffer.from(script), runSpec });
    await serveOn(stub, agent, release);
    expect((await servicePids(agent)).length).toBeGreaterThan(1);
    await agent.end("SIGTERM");
    expect(await servicePids(agent)).toEqual([]);
  });

  it("runs a file that is its own program", async () => {
    const { stub, agent } = await setUp();
    const release = stub.publish({
      version: "1.0.0",
      bytes: Buffer.from("#!/bin/sh\necho up\nsleep 600\n"),
      runSpec: { command: undefined, arguments: [], probationMs: 200, stopDeadlineMs: 500 },
    });
    await serveOn(stub, agent, release);
    expect(await readFile(agent.application.outputLog, "utf8")).toBe("up\n");
  });

  it("keeps the output log within its size", async () => {
    const { stub, agent } = await setUp();
    await mkdir(agent.application.folder, { recursive: true });
    await writeFile(agent.application.outputLog, "x".repeat(1_100_000));
    const release = stub.publish({ version: "1.0.0", bytes: serviceArtifact("1.0.0"), runSpec: QUICK_RUN });
    await serveOn(stub, agent, release);
    expect((await stat(`${agent.application.outputLog}.1`)).size).toBe(1024 * 1024);
    expect(await readFile(agent.application.outputLog, "utf8")).toBe("starting 1.0.0\nlistening\n");
  });

  it("does not take a stranger with a remembered pid for its own", async () => {
    const { agent, port } = await setUpServing();
    const [pid] = await servicePids(agent);
    await agent.end("SIGKILL");
    process.kill(pid ?? 0, "SIGKILL");
    await expect.poll(() => servicePids(agent)).toEqual([]);
    agent.run();
    await expect.poll(() => versionAt(port), { timeout: 20_000 }).toBe("1.0.0");
    expect(await servicePids(agent)).toHaveLength(1);
  });

  it("refuses to start with a broken file of the host, and keeps the last good word when it breaks later", async () => {
    const { stub, agent, port } = await setUp();
    const good = await readFile(agent.paths.overrides, "utf8");
    await writeFile(agent.paths.overrides, "{ nonsense");
    agent.run(stub.token());
    expect(await agent.exited()).toBe(2);
    expect(agent.output).toContain("overrides.json cannot be used");
    await writeFile(agent.paths.overrides, good);
    const release = stub.publish({ version: "1.0.0", bytes: serviceArtifact("1.0.0"), runSpec: QUICK_RUN });
    await serveOn(stub, agent, release);
    await writeFile(agent.paths.overrides, "{ nonsense");
    await stub.untilCommand(stub.command({ kind: "restart", applicationId: release.applicationId }));
    await expect.poll(() => versionAt(port), { timeout: 20_000 }).toBe("1.0.0");
  });

  it("reports a version whose port is taken as crashing, not as healthy", async () => {
    const { stub, agent } = await setUp();
    const taken = await freePort();
    const holder = createServer().listen(taken, "127.0.0.1");
    await once(holder, "listening");
    await writeFile(
      agent.paths.overrides,
      JSON.stringify({ "org.example.web": { environment: { PORT: String(taken) }, probeUrl: `http://127.0.0.1:${taken}/health` } }),
    );
    const release = stub.publish({ version: "1.0.0", bytes: serviceArtifact("1.0.0"), runSpec: QUICK_RUN });
    stub.desire(release);
    agent.run(stub.token());
    const failed = await stub.untilPhase("failed", release);
    expect(failed.failure).toMatchObject({ cause: "exit", logTail: expect.stringContaining("EADDRINUSE") as string });
    holder.close();
  });
});
