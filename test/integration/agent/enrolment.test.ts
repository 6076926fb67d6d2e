import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { encodeEnrolmentToken } from "#shared/protocol/enrolment.ts";
import { AgentProcess, servicePids, setUp, versionAt } from "./agent-process.ts";
import { QUICK_RUN, serviceArtifact } from "./service-artifact.ts";
import { setUpServing } from "./serving-agent.ts";

describe("enrolment", () => {
  it("ends with a clear word when the token is not known, and keeps nothing of it", async () => {
    const { stub, agent } = await setUp();
    agent.run(stub.token({ secret: "A".repeat(43) }));
    expect(await agent.exited()).toBe(3);
    expect(agent.output).toContain("This token is not known");
    expect(agent.output).not.toMatch(/\n\s+at /);
    await expect(readFile(agent.paths.identity)).rejects.toThrow("ENOENT");
  });

  it("refuses a control plane with another root of trust than the token's", async () => {
    const { stub, agent } = await setUp();
    agent.run(stub.token({ trustRoot: "0".repeat(64) }));
    expect(await agent.exited()).toBe(7);
    expect(agent.output).toContain("root of trust");
  });

  it("asks on while a person has not approved the host yet", async () => {
    const { stub, agent } = await setUp();
    stub.enrolments.push({ status: 403, answer: { code: "HOST_PENDING_APPROVAL", message: "Wait for approval." } });
    stub.farewell = { type: "bye", code: "HOST_PENDING_APPROVAL", message: "Wait for approval." };
    agent.run(stub.token());
    await stub.until(() => (stub.hellos.length > 0 ? true : undefined));
    expect(stub.links).toBe(2);
  });

  it("tries every address of the token", async () => {
    const { stub, agent } = await setUp();
    agent.run(stub.token({ urls: ["http://127.0.0.1:9", stub.url] }));
    await stub.until(() => (stub.hellos.length > 0 ? true : undefined));
    expect(stub.links).toBe(1);
  });

  it("takes the token from a file and from the environment, and hands it to no child", async () => {
    const { stub, agent, port } = await setUp();
    const release = stub.publish({ version: "1.0.0", bytes: serviceArtifact("1.0.0"), runSpec: QUICK_RUN });
    stub.desire(release);
    agent.run(undefined, { ROLLCALL_ENROL_TOKEN: encodeEnrolmentToken(stub.token()) });
    await stub.untilPhase("healthy", release);
    const environment = await (await fetch(`http://127.0.0.1:${port}/environment`)).text();
    expect(environment).not.toContain("rcl1.");
    expect(JSON.parse(environment)).toMatchObject({ ROLLCALL_VERSION: "1.0.0", PORT: String(port) });
    expect(await readFile(`/proc/${agent.pid}/cmdline`, "utf8")).not.toContain("rcl1.");
    expect(await agent.log()).not.toContain(stub.secret);
    expect(await agent.log()).not.toContain(stub.accessToken);
  });

  it("refuses a token among the arguments without repeating it", async () => {
    const { stub, agent } = await setUp();
    const token = encodeEnrolmentToken(stub.token());
    const other = new AgentProcess(agent.folder);
    await expect(other.print("run", "--state", agent.folder, token)).resolves.toBe("");
    await expect(other.print("run", "--state", agent.folder, "--token", token)).resolves.toBe("");
    expect(stub.hostKeys.size).toBe(0);
  });

  it("lets one agent at a time use a state folder; who is refused touches nothing of what serves", async () => {
    const { stub, agent, port } = await setUpServing();
    const [serving] = await servicePids(agent);
    const kept = await readFile(agent.application.journal, "utf8");
    const second = new AgentProcess(agent.folder);
    second.run();
    expect(await second.exited()).toBe(9);
    expect(second.output).toContain("Another process uses the state folder");
    expect(second.output).toContain("ENV_DATA_IN_USE");
    expect(await servicePids(agent)).toEqual([serving]);
    expect(await versionAt(port)).toBe("1.0.0");
    expect(await readFile(agent.application.journal, "utf8")).toBe(kept);
    // A lock that outlived its holder would keep the next agent out.
    await agent.end("SIGKILL");
    second.run();
    await stub.until(() => (stub.hellos.length > 1 ? true : undefined));
    expect(await servicePids(agent)).toEqual([serving]);
    await second.end("SIGTERM");
  });

  it("keeps its identity over restarts without a token, and one damaged copy of it", async () => {
    const { stub, agent } = await setUp();
    agent.run(stub.token());
    await stub.until(() => (stub.hellos.length > 0 ? true : undefined));
    await agent.end("SIGTERM");
    await writeFile(agent.paths.identity, "{ torn");
    agent.run();
    await stub.until(() => (stub.hellos.length > 1 ? true : undefined));
    expect(stub.hostKeys.size).toBe(1);
    expect(await agent.log()).toContain("recovered from its twin copy");
    expect(await readFile(agent.paths.identity, "utf8")).toBe(await readFile(join(agent.folder, "identity.twin.json"), "utf8"));
  });

  it("does not start when both copies of a state file are damaged, and touches neither", async () => {
    const { stub, agent } = await setUp();
    agent.run(stub.token());
    await stub.until(() => (stub.hellos.length > 0 ? true : undefined));
    await agent.end("SIGTERM");
    await writeFile(agent.paths.identity, "one");
    await writeFile(join(agent.folder, "identity.twin.json"), "two");
    agent.run();
    expect(await agent.exited()).toBe(9);
    expect(agent.output).toContain("Both copies");
    expect(await readFile(agent.paths.identity, "utf8")).toBe("one");
  });

  it("tells its status to people and to programs", async () => {
    const { agent } = await setUpServing();
    await expect
      .poll(() => agent.print("status", "--state", agent.folder), { timeout: 20_000 })
      .toMatch(/org\.example\.web {2}1\.0\.0 {2}healthy/);
    await agent.end("SIGTERM");
    expect(JSON.parse(await agent.print("status", "--state", agent.folder, "--json"))).toMatchObject({ running: false, name: "test-host" });
  });
});
