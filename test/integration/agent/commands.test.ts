import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { commandId } from "#shared/lib/ids.ts";
import { servicePids, versionAt } from "./agent-process.ts";
import type { ServiceTraits } from "./service-artifact.ts";
import { setUpServing } from "./serving-agent.ts";

async function serving(traits: ServiceTraits = {}) {
  const setting = await setUpServing(traits);
  const { first: release } = setting;
  return { ...setting, applicationId: release.applicationId, release };
}

describe("commands to an agent", () => {
  it("restart what serves, in order and once, however often the frame comes", async () => {
    const { stub, agent, port, applicationId } = await serving();
    const [before] = await servicePids(agent);
    const id = commandId.parse(randomUUID());
    for (let time = 0; time < 3; time += 1) stub.command({ kind: "restart", applicationId }, 60_000, id);
    expect(await stub.untilCommand(id)).toMatchObject({ outcome: "done" });
    const [after] = await servicePids(agent);
    expect(after).not.toBe(before);
    await expect.poll(() => versionAt(port), { timeout: 20_000 }).toBe("1.0.0");
    expect(stub.acks.filter((ack) => ack.of === "command" && ack.commandId === id)).toHaveLength(3);
    expect(stub.reports.filter(({ body }) => body.kind === "command")).toHaveLength(1);
    expect(await servicePids(agent)).toEqual([after]);
  });

  it("restart once although the agent is killed in the middle of it", async () => {
    const { stub, agent, applicationId } = await serving({ stopsInMs: 700 });
    const [before] = await servicePids(agent);
    const id = stub.command({ kind: "restart", applicationId });
    await stub.until(() => stub.acks.find((ack) => ack.of === "command" && ack.commandId === id));
    await agent.end("SIGKILL");
    agent.run();
    expect(await stub.untilCommand(id)).toMatchObject({ outcome: "done" });
    const pids = await servicePids(agent);
    expect(pids).toHaveLength(1);
    expect(pids).not.toEqual([before]);
  });

  it("bring the last of the application's output, bounded", async () => {
    const { stub, applicationId } = await serving();
    const all = await stub.untilCommand(stub.command({ kind: "collect-logs", applicationId, maxBytes: 60_000 }));
    expect(all.output).toContain("starting 1.0.0\nlistening");
    const some = await stub.untilCommand(stub.command({ kind: "collect-logs", applicationId, maxBytes: 6 }));
    expect(some.output).toBe("ening\n");
  });

  it("are reported expired when they come too late, and failed when there is nothing to act on", async () => {
    const { stub, agent, applicationId } = await serving();
    const pids = await servicePids(agent);
    expect(await stub.untilCommand(stub.command({ kind: "restart", applicationId }, 0))).toMatchObject({ outcome: "expired" });
    const unknown = stub.command({ kind: "collect-logs", applicationId: randomUUID() as typeof applicationId, maxBytes: 10 });
    expect(await stub.untilCommand(unknown)).toMatchObject({ outcome: "failed" });
    expect(await servicePids(agent)).toEqual(pids);
  });
});
