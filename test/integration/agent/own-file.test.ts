import { once } from "node:events";
import { spawn } from "node:child_process";
import { chmod, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { runSpec, type RunSpec } from "#shared/domain/release/run-spec.ts";
import { servicePids, setUp, versionAt, type AgentProcess } from "./agent-process.ts";
import { QUICK_RUN, serviceArtifact } from "./service-artifact.ts";

/** Lays more over what the host's own file says of the product. */
async function overrule(agent: AgentProcess, change: object): Promise<void> {
  const said: unknown = JSON.parse(await readFile(agent.paths.overrides, "utf8"));
  const product = (said as { "org.example.web": object })["org.example.web"];
  await writeFile(agent.paths.overrides, JSON.stringify({ "org.example.web": { ...product, ...change } }));
}

const ownSpec = (change: Partial<RunSpec>): RunSpec =>
  runSpec.parse({ ...QUICK_RUN, command: process.execPath, arguments: ["{artifact}"], ...change });

/** A program that ran here before, and how it would be stopped by hand. */
async function oldService(agent: AgentProcess, port: number) {
  const path = join(agent.folder, "web-old.mjs");
  await writeFile(path, serviceArtifact("0.9.0"));
  await chmod(path, 0o755);
  const child = spawn(process.execPath, [path], { env: { PORT: String(port) }, stdio: "ignore" });
  onTestFinished(() => void child.kill("SIGKILL"));
  await expect.poll(() => versionAt(port), { timeout: 20_000 }).toBe("0.9.0");
  return { path, child, stop: ["/bin/sh", "-c", `kill ${child.pid ?? 0}`] };
}

describe("the host's own file", () => {
  it("may carry a run spec in place of the signed one, which the host says aloud", async () => {
    const { stub, agent, port } = await setUp();
    await overrule(agent, { runSpec: ownSpec({ environment: { WHO: "the host" } }) });
    // Signed to be run by something that is not here.
    const release = stub.publish({ version: "1.0.0", bytes: serviceArtifact("1.0.0"), runSpec: { ...QUICK_RUN, command: "/nowhere" } });
    stub.desire(release);
    agent.run(stub.token());
    const { application } = await stub.untilPhase("healthy", release);
    expect(application.ownRunSpec).toBe(true);
    expect(await (await fetch(`http://127.0.0.1:${port}/environment`)).json()).toMatchObject({ WHO: "the host" });
    expect(await agent.print("status", "--state", agent.folder)).toContain("this host’s own file");
    await agent.end("SIGKILL");
    agent.run();
    await stub.until(() => stub.hellos[1]);
    await stub.until(() => stub.reports.findLast(({ body }) => body.kind === "state" && body.applications[0]?.ownRunSpec === true));
  });

  it("with a misspelt field in its run spec is refused at the start", async () => {
    const { stub, agent } = await setUp();
    await overrule(agent, { runSpec: { ...ownSpec({}), argments: [] } });
    agent.run(stub.token());
    expect(await agent.exited()).toBe(2);
    expect(agent.output).toContain("argments");
  });

  it("may name what ran here before: the first update stops it, and a bad one goes back to it", async () => {
    const { stub, agent, port } = await setUp();
    const { path, child, stop } = await oldService(agent, port);
    const legacy = { path, version: "0.9.0", stop, runSpec: ownSpec({}) };
    await overrule(agent, { legacy });
    const bad = stub.publish({ version: "1.0.0", bytes: serviceArtifact("1.0.0", { crash: 4 }), runSpec: QUICK_RUN });
    stub.givesGo = false;
    const grant = stub.desire(bad);
    agent.run(stub.token());
    const staged = await stub.untilPhase("staged", bad);
    expect(staged.application.slots.map(({ version }) => version)).toEqual(["0.9.0", "1.0.0"]);
    expect(child.exitCode).toBeNull();
    const ended = once(child, "exit");
    stub.go(grant);
    await ended;
    const reverted = await stub.untilPhase("reverted", bad);
    expect(reverted.application).toMatchObject({ current: { version: "0.9.0" }, quarantine: [{ releaseId: bad.releaseId }] });
    await expect.poll(() => versionAt(port), { timeout: 20_000 }).toBe("0.9.0");
    expect(await servicePids(agent)).toHaveLength(1);

    const good = stub.publish({ version: "1.1.0", bytes: serviceArtifact("1.1.0"), runSpec: QUICK_RUN });
    stub.givesGo = true;
    stub.desire(good);
    await stub.untilPhase("healthy", good);
    expect(await versionAt(port)).toBe("1.1.0");
  });

  it("whose stop command fails leaves what ran here before alone", async () => {
    const { stub, agent, port } = await setUp();
    const { path, child } = await oldService(agent, port);
    await overrule(agent, { legacy: { path, stop: ["/bin/sh", "-c", "echo no such unit; exit 5"] } });
    const release = stub.publish({ version: "1.0.0", bytes: serviceArtifact("1.0.0"), runSpec: QUICK_RUN });
    stub.desire(release);
    agent.run(stub.token());
    const { failure } = await stub.untilPhase("failed", release);
    expect(failure).toMatchObject({ cause: "exec", logTail: expect.stringContaining("no such unit") as string });
    expect(child.exitCode).toBeNull();
    expect(await versionAt(port)).toBe("0.9.0");
  });

  it("that names a program which is not there lets no first release in", async () => {
    const { stub, agent } = await setUp();
    await overrule(agent, { legacy: { path: "/nowhere/web" } });
    const release = stub.publish({ version: "1.0.0", bytes: serviceArtifact("1.0.0"), runSpec: QUICK_RUN });
    stub.desire(release);
    agent.run(stub.token());
    expect((await stub.untilPhase("failed", release)).failure?.message).toContain("/nowhere/web cannot be used");
    expect(stub.files.requests).toEqual([]);
  });
});
