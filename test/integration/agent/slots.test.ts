import { readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { DurableDocument } from "#main/agent/state/durable-document.ts";
import { journal as journalSchema } from "#main/agent/update/journal.ts";
import { servicePids, setUp, versionAt } from "./agent-process.ts";
import { QUICK_RUN, serviceArtifact } from "./service-artifact.ts";
import { serveOn, setUpServing } from "./serving-agent.ts";

const MIB = 1024 * 1024;

describe("the slots of an agent", () => {
  it("stay within number and disk budget, and an agent that cannot keep it says so", { timeout: 120_000 }, async () => {
    const { stub, agent } = await setUp();
    const runSpec = { ...QUICK_RUN, probationMs: 0, keptSlots: 4, diskBudgetBytes: 3 * MIB };
    for (const version of ["1.0.0", "1.1.0", "1.2.0", "1.3.0"]) {
      const release = stub.publish({ version, bytes: serviceArtifact(version, { ballastBytes: MIB * 0.9 }), runSpec });
      stub.desire(release);
      if (version === "1.0.0") agent.run(stub.token());
      await stub.untilPhase("healthy", release);
    }
    const state = () => stub.reports.findLast(({ body }) => body.kind === "state")?.body;
    const told = (slots: readonly string[], over: boolean) =>
      stub.until(() => {
        const body = state();
        const [application] = body?.kind === "state" ? body.applications : [];
        const isSo = application?.slots.map(({ version }) => version).join() === slots.join();
        return isSo && (application?.overBudgetBytes !== undefined) === over ? application : undefined;
      });
    await told(["1.1.0", "1.2.0", "1.3.0"], false);
    const large = stub.publish({ version: "2.0.0", bytes: serviceArtifact("2.0.0", { ballastBytes: 3 * MIB }), runSpec });
    stub.desire(large);
    await stub.untilPhase("healthy", large);
    const { overBudgetBytes } = await told(["1.3.0", "2.0.0"], true);
    expect(overBudgetBytes).toBeGreaterThan(MIB * 0.8);
    expect((await readdir(agent.application.slots)).filter((name) => !name.includes("."))).toHaveLength(2);
    expect(await agent.print("status", "--state", agent.folder)).toContain("more than the disk budget");
  });

  it("whose serving version was changed while nobody watched give way to the last one that was well", { timeout: 120_000 }, async () => {
    const { stub, agent, port } = await setUp();
    const [first, second] = ["1.0.0", "2.0.0"].map((version) =>
      stub.publish({ version, bytes: serviceArtifact(version), runSpec: QUICK_RUN }),
    );
    if (first === undefined || second === undefined) throw new TypeError("two releases");
    await serveOn(stub, agent, first);
    stub.desire(second);
    await stub.untilPhase("healthy", second);
    await agent.end("SIGTERM");
    expect(await servicePids(agent)).toEqual([]);
    const path = join(agent.application.slots, second.digest, "service.mjs");
    await rm(path);
    await writeFile(path, serviceArtifact("6.6.6"), { mode: 0o555 });
    agent.run();
    await expect.poll(() => versionAt(port), { timeout: 30_000 }).toBe("1.0.0");
    const lost = await stub.until(() => stub.phases().find((body) => body.failure?.code === "ENV_DATA_CORRUPT"));
    expect(lost).toMatchObject({ phase: "failed", releaseId: second.releaseId, failure: { cause: "disk" } });
    // It is not to blame: granted again, it is fetched anew.
    const again = stub.desire(second);
    await stub.untilPhase("healthy", second, again);
    expect(await versionAt(port)).toBe("2.0.0");
    expect(stub.files.requests.filter(({ digest }) => digest === second.digest)).toHaveLength(2);
  });

  it("are found again by the twin of a damaged journal", async () => {
    const { agent, port } = await setUpServing();
    await agent.end("SIGTERM");
    await writeFile(agent.application.journal, "{ torn");
    agent.run();
    await expect.poll(() => versionAt(port), { timeout: 30_000 }).toBe("1.0.0");
    expect(await agent.log()).toContain("recovered from its twin");
    const { value } = await new DurableDocument(agent.application.journal, journalSchema).read();
    expect(value?.serving).toMatchObject({ state: "healthy", release: { version: "1.0.0" } });
  });
});
