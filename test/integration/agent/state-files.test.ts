import { readFile, writeFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { servicePids, versionAt, type AgentProcess } from "./agent-process.ts";
import { setUpServing } from "./serving-agent.ts";

/** The documents that an agent does not start without, and keeps twice. */
const DOCUMENTS: Readonly<Record<string, (agent: AgentProcess) => string>> = {
  identity: ({ paths }) => paths.identity,
  desired: ({ paths }) => paths.desired,
  commands: ({ paths }) => paths.commands,
  journal: ({ application }) => application.journal,
  "run record": ({ application }) => application.runRecord,
};

const twinOf = (path: string): string => path.replace(/\.json$/, ".twin.json");

/** An agent that was killed while its application serves, with a command on record. */
async function killed() {
  const setting = await setUpServing();
  const { stub, agent, first: release } = setting;
  await stub.untilCommand(stub.command({ kind: "restart", applicationId: release.applicationId }));
  await expect.poll(() => versionAt(setting.port), { timeout: 20_000 }).toBe("1.0.0");
  await agent.end("SIGKILL");
  return { ...setting, release };
}

describe("a host whose state files were damaged", { timeout: 120_000 }, () => {
  it("in their first copy goes on from their twins, says so of each, and takes its application over", async () => {
    const { stub, agent, port } = await killed();
    const pids = await servicePids(agent);
    const paths = Object.values(DOCUMENTS).map((pathOf) => pathOf(agent));
    for (const path of paths) await writeFile(path, "{ torn");
    agent.run();
    await stub.until(() => (stub.hellos.length > 1 ? true : undefined));
    const told = (await agent.log()).split("\n").filter((line) => line.includes("recovered from its twin"));
    for (const path of paths) expect(told.filter((line) => line.includes(path))).toHaveLength(1);
    expect(await servicePids(agent)).toEqual(pids);
    expect(await versionAt(port)).toBe("1.0.0");
    for (const path of paths) expect(await readFile(path, "utf8")).toMatch(/^\{"sha256"/);
  });

  it.each(Object.keys(DOCUMENTS))("in both copies of the %s refuses to start, by name, and changes nothing", async (name) => {
    const { agent } = await killed();
    const pids = await servicePids(agent);
    const path = DOCUMENTS[name]?.(agent) ?? "";
    await writeFile(path, "one");
    await writeFile(twinOf(path), "two");
    agent.run();
    expect(await agent.exited()).toBe(9);
    expect(agent.output).toContain(`Both copies of ${path} are damaged`);
    expect([await readFile(path, "utf8"), await readFile(twinOf(path), "utf8")]).toEqual(["one", "two"]);
    expect(await servicePids(agent)).toEqual(pids);
  });
});
