import { cp } from "node:fs/promises";
import { basename } from "node:path";
import { describe, expect, it } from "vitest";
import { systemWorld, until, type SystemHost, type SystemWorld } from "#test/builders/system-world.ts";
import { versionAt } from "../agent/agent-process.ts";

/** A second machine that was made from an image of the first: its identity and key, and nothing that runs. */
async function cloneOf(world: SystemWorld, original: SystemHost): Promise<SystemHost> {
  const clone = await world.prepareHost("clone", original.group);
  const { applications, lock } = original.agent.paths;
  const isCopied = (path: string): boolean =>
    !path.startsWith(applications) && !path.startsWith(lock) && basename(path) !== "overrides.json";
  await cp(original.agent.folder, clone.agent.folder, { recursive: true, filter: isCopied });
  return clone;
}

describe("two machines with one identity", () => {
  it("are shown as cloned and get nothing, until one of them is gone", async () => {
    const world = await systemWorld({ groups: { everyone: 2 } });
    const [original, other] = world.hosts;
    if (original === undefined || other === undefined) throw new Error("there are no hosts");
    const clone = await cloneOf(world, original);
    clone.agent.run();
    await until("the host is shown as cloned", async () => (await world.hostRow(original)).connection === "cloned");
    const { attention } = await world.client.home.overview();
    expect(attention.map(({ kind }) => kind)).toContain("host-cloned");

    const rolloutId = await world.startRollout(await world.publish("1.1.0"));
    await world.untilAnswer("1.1.0", [other]);
    const detail = await world.client.hosts.get({ hostId: (await world.hostRow(original)).id });
    expect(detail.desired).toMatchObject([{ decision: "hold" }]);
    expect(detail.desired[0]?.reason).not.toBe("");
    expect(await versionAt(original.port)).toBe("1.0.0");
    expect(await versionAt(clone.port)).toBeUndefined();

    await clone.agent.end("SIGTERM");
    // What is known of links lives with the process; else two minutes of quiet would have to pass.
    await world.server.end("SIGTERM");
    await world.server.start();
    await world.untilState(rolloutId, "completed");
    await world.untilAnswer("1.1.0", [original, other]);
    expect((await world.hostRow(original)).connection).toBe("connected");
  });
});
