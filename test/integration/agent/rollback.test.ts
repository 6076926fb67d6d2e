import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { servicePids, setUp, versionAt } from "./agent-process.ts";
import { QUICK_RUN, serviceArtifact, type ServiceTraits } from "./service-artifact.ts";
import { serveOn } from "./serving-agent.ts";

async function serveTwo() {
  const setting = await setUp();
  const { stub, agent } = setting;
  const first = stub.publish({ version: "1.0.0", bytes: serviceArtifact("1.0.0"), runSpec: QUICK_RUN });
  const second = stub.publish({ version: "2.0.0", bytes: serviceArtifact("2.0.0"), runSpec: QUICK_RUN });
  await serveOn(stub, agent, first);
  return { ...setting, first, second };
}

describe("an agent that is taken back", () => {
  it("goes to a kept slot without a download and without trust metadata", async () => {
    const { stub, port, first, second } = await serveTwo();
    stub.desire(second);
    await stub.untilPhase("healthy", second);
    stub.files.faults.status = 503;
    stub.repository.metadata.clear();
    const back = stub.desire(first);
    await stub.untilPhase("healthy", first, back);
    expect(await versionAt(port)).toBe("1.0.0");
    const phases = stub.phases().filter((body) => body.grantId === back);
    expect(phases.map(({ phase }) => phase)).toEqual(["verifying", "staged", "switching", "probation", "healthy"]);
    expect(stub.files.requests).toHaveLength(2);
  });

  it("runs every version by that version's own run spec, on the way there and back", async () => {
    const { stub, agent, port } = await setUp();
    const publish = (version: string, traits: ServiceTraits = {}) =>
      stub.publish({
        version,
        bytes: serviceArtifact(version, traits),
        runSpec: { ...QUICK_RUN, environment: { SPEC_OF: version }, arguments: ["{artifact}", `--spec=${version}`], umask: "027" },
      });
    const specs = async (): Promise<unknown> => {
      const environment = (await (await fetch(`http://127.0.0.1:${port}/environment`)).json()) as Record<string, string>;
      const [pid] = await servicePids(agent);
      const words = (await readFile(`/proc/${pid}/cmdline`, "utf8")).split("\0");
      return [environment["SPEC_OF"], words.find((word) => word.startsWith("--spec="))];
    };
    const [first, second, bad] = [publish("1.0.0"), publish("2.0.0"), publish("3.0.0", { crash: 1 })];
    await serveOn(stub, agent, first);
    stub.desire(second);
    await stub.untilPhase("healthy", second);
    expect(await specs()).toEqual(["2.0.0", "--spec=2.0.0"]);
    stub.desire(bad);
    await stub.untilPhase("reverted", bad);
    await expect.poll(() => versionAt(port), { timeout: 20_000 }).toBe("2.0.0");
    expect(await specs()).toEqual(["2.0.0", "--spec=2.0.0"]);
    const back = stub.desire(first);
    await stub.untilPhase("healthy", first, back);
    expect(await specs()).toEqual(["1.0.0", "--spec=1.0.0"]);
  });

  it("goes back in the middle of a probation", async () => {
    const { stub, port, first } = await serveTwo();
    const second = stub.publish({ version: "2.1.0", bytes: serviceArtifact("2.1.0"), runSpec: { ...QUICK_RUN, probationMs: 60_000 } });
    stub.desire(second);
    await stub.untilPhase("probation", second);
    const back = stub.desire(first);
    await stub.untilPhase("healthy", first, back);
    expect(await versionAt(port)).toBe("1.0.0");
    expect(stub.phases().at(-1)?.application.quarantine).toEqual([]);
  });

  it("fetches a kept version anew when its file was damaged", async () => {
    const { stub, agent, port, first, second } = await serveTwo();
    stub.desire(second);
    await stub.untilPhase("healthy", second);
    const path = join(agent.application.slots, first.digest, "service.mjs");
    const text = await readFile(path, "utf8");
    await rm(path);
    await writeFile(path, text.replace("listening", "lostening"));
    const back = stub.desire(first);
    await stub.untilPhase("healthy", first, back);
    expect(await versionAt(port)).toBe("1.0.0");
    expect(await readFile(path, "utf8")).toBe(text);
    const phases = stub.phases().filter((body) => body.grantId === back);
    expect(phases.map(({ phase }) => phase)).toEqual([
      "verifying",
      "downloading",
      "verifying",
      "staged",
      "switching",
      "probation",
      "healthy",
    ]);
  });

  it("keeps a bounded number of versions, the serving one and its way back among them", async () => {
    const { stub } = await serveTwo();
    for (const version of ["1.1.0", "1.2.0", "1.3.0", "1.4.0", "1.5.0", "1.6.0"]) {
      const next = stub.publish({ version, bytes: serviceArtifact(version), runSpec: { ...QUICK_RUN, probationMs: 0 } });
      stub.desire(next);
      await stub.untilPhase("healthy", next);
    }
    // The old ones go right after the new one has settled; a state between the two still tells them.
    const state = await stub.until(() =>
      stub.reports.findLast(
        ({ body }) =>
          body.kind === "state" && body.applications[0]?.current?.version === "1.6.0" && body.applications[0].slots.length === 5,
      ),
    );
    expect(state.body).toMatchObject({
      applications: [
        { slots: [{ version: "1.2.0" }, { version: "1.3.0" }, { version: "1.4.0" }, { version: "1.5.0" }, { version: "1.6.0" }] },
      ],
    });
  });
});
