import { writeFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { RollcallClient } from "#main/application/rollcall-client.ts";
import type { IpcEvent } from "#shared/protocol/application-ipc.ts";
import type { AgentProcess } from "../agent/agent-process.ts";
import { QUICK_RUN, serviceArtifact } from "../agent/service-artifact.ts";
import { setUpServing } from "#test/integration/agent/serving-agent.ts";

/** The client as the application itself has it: from the environment that its process was started with. */
async function clientOf(port: number): Promise<RollcallClient> {
  const environment: Record<string, string> = await (await fetch(`http://127.0.0.1:${port}/environment`)).json();
  const client = RollcallClient.fromEnvironment(environment);
  if (client === undefined) throw new Error("the application has no socket");
  return client;
}

async function serveOne() {
  const setting = await setUpServing();
  const { port, first } = setting;
  return { ...setting, first, client: await clientOf(port) };
}

async function allowRollback(agent: AgentProcess, port: number): Promise<void> {
  const own = { environment: { PORT: String(port) }, probeUrl: `http://127.0.0.1:${port}/health`, allowLocalRollback: true };
  await writeFile(agent.paths.overrides, JSON.stringify({ "org.example.web": own }));
}

describe("RollcallClient", () => {
  it("is not there in a process that no agent started", () => {
    expect(RollcallClient.fromEnvironment({})).toBeUndefined();
  });

  it("tells how things stand, and names what it is refused", async () => {
    const { client, first } = await serveOne();
    expect(await client.state()).toMatchObject({ asker: first.releaseId, current: { version: "1.0.0" }, healthy: true });
    expect((await client.check()).versions).toMatchObject([{ version: "1.0.0", current: true }]);
    await expect(client.updateTo("9.9.9")).rejects.toMatchObject({ name: "RollcallError", code: "POLICY_REFUSED", status: 422 });
    await expect(client.rollback()).rejects.toMatchObject({ code: "POLICY_REFUSED" });
    await expect(client.state({ signal: AbortSignal.abort(new Error("enough")) })).rejects.toThrow("enough");
  });

  it("begins what is granted once it is not held back any more, and waits for the end of it over a restart of the agent", async () => {
    const { client, stub, agent } = await serveOne();
    const lock = await client.notNow("a report is being written", 600_000);
    const second = stub.publish({ version: "2.0.0", bytes: serviceArtifact("2.0.0"), runSpec: { ...QUICK_RUN, probationMs: 3000 } });
    stub.desire(second);
    await stub.untilPhase("staged", second);
    await client.allowUpdates(lock);
    const ended = client.updateTo("2.0.0");
    await stub.untilPhase("probation", second);
    await agent.end("SIGKILL");
    agent.run();
    expect(await ended).toMatchObject({ outcome: "healthy", release: { version: "2.0.0" }, from: { version: "1.0.0" } });
    expect(await client.history()).toMatchObject([{ outcome: "healthy" }, { outcome: "healthy", release: { version: "1.0.0" } }]);
  });

  it("tells of a version that does not stay as reverted, with the cause", async () => {
    const { client, stub } = await serveOne();
    const bad = stub.publish({ version: "2.0.0", bytes: serviceArtifact("2.0.0", { crash: 3 }), runSpec: QUICK_RUN });
    const grant = stub.desire(bad);
    await stub.untilPhase("downloading", bad);
    expect(await client.outcome({ attemptId: grant })).toMatchObject({ outcome: "reverted", failure: { cause: "exit" } });
    await expect(client.updateTo("2.0.0")).rejects.toMatchObject({ code: "POLICY_QUARANTINED" });
  });

  it("goes back where the host's own file allows it", async () => {
    const { client, stub, agent, port } = await serveOne();
    const second = stub.publish({ version: "2.0.0", bytes: serviceArtifact("2.0.0"), runSpec: QUICK_RUN });
    stub.desire(second);
    await stub.untilPhase("healthy", second);
    await allowRollback(agent, port);
    expect(await client.rollback({ reason: "wrong colours" })).toMatchObject({
      kind: "rollback",
      outcome: "healthy",
      release: { version: "1.0.0" },
    });
  });

  it("follows events over a restart of the agent, and says when some were lost", async () => {
    const { client, stub, agent } = await serveOne();
    const over = new AbortController();
    const seen: IpcEvent[] = [];
    const { promise: isOpen, resolve: opened } = Promise.withResolvers<void>();
    const reading = (async () => {
      for await (const event of client.events({ signal: over.signal })) {
        seen.push(event);
        if (event.type === "lock") opened();
        if (event.type === "phase" && event.phase === "healthy") return;
      }
    })();
    // A lock is told to whoever follows by then; taken until it was seen.
    const asking = setInterval(() => void client.notNow("are you there", 1000).catch(() => undefined), 100);
    await isOpen;
    clearInterval(asking);
    await agent.end("SIGKILL");
    agent.run();
    await stub.until(() => (stub.hellos.length > 1 ? true : undefined));
    const second = stub.publish({ version: "2.0.0", bytes: serviceArtifact("2.0.0"), runSpec: { ...QUICK_RUN, probationMs: 8000 } });
    stub.desire(second);
    await reading;
    over.abort();
    expect(seen.map((event) => event.type)).toContain("reset");
    expect(seen.at(-1)).toMatchObject({ type: "phase", phase: "healthy", release: { version: "2.0.0" } });
  });
});
