import { describe, expect, it } from "vitest";
import { versionAt } from "../agent-process.ts";
import { QUICK_RUN, serviceArtifact } from "../service-artifact.ts";
import { setUpServing } from "../serving-agent.ts";

async function updateAndCutOff(change: { readonly revertWhenCutOffMs?: number }) {
  const { stub, agent, port } = await setUpServing();
  const runSpec = { ...QUICK_RUN, probationMs: 3000, ...change };
  const second = stub.publish({ version: "2.0.0", bytes: serviceArtifact("2.0.0"), runSpec });
  stub.desire(second);
  await stub.untilPhase("probation", second);
  await stub.stop();
  const phase = async (): Promise<unknown> => JSON.parse(await agent.print("status", "--state", agent.folder, "--json"));
  return { phase, port };
}

describe("a control plane that is gone after a switch", () => {
  it("changes nothing by itself: the new version passes its probation alone", async () => {
    const { phase, port } = await updateAndCutOff({});
    await expect.poll(phase, { timeout: 30_000 }).toMatchObject({ applications: [{ phase: "healthy", current: { version: "2.0.0" } }] });
    expect(await versionAt(port)).toBe("2.0.0");
  });

  it("is taken for cut off by the update where its release says so: the version before serves again", async () => {
    const { phase, port } = await updateAndCutOff({ revertWhenCutOffMs: 1500 });
    await expect.poll(phase, { timeout: 30_000 }).toMatchObject({
      applications: [{ phase: "reverted", current: { version: "1.0.0" }, failure: { code: "CUT_OFF" } }],
    });
    await expect.poll(() => versionAt(port), { timeout: 20_000 }).toBe("1.0.0");
  });
});
