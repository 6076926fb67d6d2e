import { describe, expect, it } from "vitest";
import { versionAt } from "../agent-process.ts";
import { QUICK_RUN, serviceArtifact } from "../service-artifact.ts";
import { setUpServing } from "../serving-agent.ts";

describe("a host with two bad releases", () => {
  it("tries each of them once, however often they are granted in turn and the agent is restarted", async () => {
    const { stub, agent, port } = await setUpServing();
    const bad = ["2.0.0", "3.0.0"].map((version) =>
      stub.publish({ version, bytes: serviceArtifact(version, { crash: 1 }), runSpec: QUICK_RUN }),
    );
    for (const release of bad) {
      stub.desire(release);
      await stub.untilPhase("reverted", release);
    }
    for (const round of [1, 2]) {
      for (const release of bad) {
        const grant = stub.desire(release);
        expect((await stub.untilPhase("failed", release, grant)).failure).toMatchObject({ cause: "quarantined" });
      }
      if (round === 1) {
        await agent.end("SIGKILL");
        agent.run();
        await stub.until(() => (stub.hellos.length > 1 ? true : undefined));
      }
    }
    expect(stub.phases().filter(({ phase }) => phase === "switching")).toHaveLength(3);
    await expect.poll(() => versionAt(port), { timeout: 20_000 }).toBe("1.0.0");
  });
});
