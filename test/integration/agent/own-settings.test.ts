import { readdir, writeFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { setUp, versionAt } from "./agent-process.ts";
import { freePort } from "#test/builders/free-port.ts";
import { askAs } from "./ipc-client.ts";
import { HELD_RUN, heldService } from "./sockets/held-service.ts";
import { serveOn, setUpServing } from "./serving-agent.ts";

const PATIENCE = { timeout: 30_000 };

/** Serves 1.0.0 on a held socket of its release, which nothing of this host moves. */
async function serveHeldAt(port: number) {
  const { stub, agent } = await setUp();
  await writeFile(agent.paths.overrides, "{}");
  const held = { ...HELD_RUN, sockets: [{ name: "http", kind: "tcp" as const, port }], probe: undefined };
  const release = stub.publish({ version: "1.0.0", bytes: heldService("1.0.0"), runSpec: held });
  await serveOn(stub, agent, release);
  return { stub, agent, release, ...(await askAs(agent, release.releaseId)) };
}

describe("what an application settles for itself", () => {
  it("moves its socket with its next start, over a kill of the agent, and the host's own file has the last word", async () => {
    const [first, second, third] = [await freePort(), await freePort(), await freePort()];
    const { stub, agent, release, ask } = await serveHeldAt(first);
    expect(await ask("PUT", "settings", { sockets: { http: { port: second } } })).toMatchObject({ status: 200 });
    expect(await versionAt(first)).toBe("1.0.0");
    await agent.end("SIGKILL");
    agent.run();
    await stub.until(() => (stub.hellos.length > 1 ? true : undefined));
    expect((await ask("GET", "settings")).body).toEqual({ sockets: { http: { port: second } } });
    await stub.untilCommand(stub.command({ kind: "restart", applicationId: release.applicationId }));
    await expect.poll(() => versionAt(second), PATIENCE).toBe("1.0.0");
    await writeFile(agent.paths.overrides, JSON.stringify({ "org.example.web": { environment: {}, sockets: { http: { port: third } } } }));
    await stub.untilCommand(stub.command({ kind: "restart", applicationId: release.applicationId }));
    await expect.poll(() => versionAt(third), PATIENCE).toBe("1.0.0");
  });

  it("is refused where it would borrow the agent's rights, or is not its own", async () => {
    const { ask } = await serveHeldAt(await freePort());
    const refused = [
      { sockets: { http: { port: 80 } } },
      { sockets: { http: { path: "/etc/cron.d/x" } } },
      { sockets: { http: { path: "{work}/../../other/work/sock" } } },
      { sockets: { metrics: { port: 9000 } } },
      { log: { maxBytes: 1 } },
      { log: { files: 100 } },
      { command: "sh" },
    ];
    for (const settings of refused)
      expect(await ask("PUT", "settings", settings), JSON.stringify(settings)).toMatchObject({
        status: 400,
        body: { code: "INPUT_INVALID" },
      });
    expect((await ask("GET", "settings")).body).toEqual({});
  });

  it("keeps as much of its output as it asks for", async () => {
    const { agent, first: release } = await setUpServing();
    const { ask } = await askAs(agent, release.releaseId);
    await ask("PUT", "settings", { log: { maxBytes: 65_536, files: 3 } });
    const logs = async (): Promise<number> =>
      (await readdir(agent.application.folder)).filter((name) => name.startsWith("output.log.")).length;
    for (const files of [1, 2, 3]) {
      await writeFile(agent.application.outputLog, "x".repeat(70_000));
      await expect.poll(logs, PATIENCE).toBe(files);
    }
  });
});
