import { chmod, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { ControlPlaneStub } from "#test/fakes/control-plane-stub.ts";
import type { StubRelease } from "#test/fakes/control-plane-stub-releases.ts";
import { servicePids, setUp, versionAt, type AgentProcess } from "./agent-process.ts";
import { QUICK_RUN, serviceArtifact, type ServiceTraits } from "./service-artifact.ts";
import { serveOn } from "./serving-agent.ts";

const publish = (stub: ControlPlaneStub, version: string, traits: ServiceTraits = {}): StubRelease =>
  stub.publish({ version, bytes: serviceArtifact(version, traits), runSpec: QUICK_RUN });

/** Turns bytes over in the middle of a kept version; its size stays. */
async function flipBytes(agent: AgentProcess, { digest }: StubRelease): Promise<void> {
  const path = join(agent.application.slots, digest, "service.mjs");
  const bytes = await readFile(path);
  for (let at = 40; at < 60; at += 1) bytes[at] = (bytes[at] ?? 0) ^ 0xff;
  await chmod(path, 0o755);
  await writeFile(path, bytes);
}

describe("a host whose bad version reverts while the kept slot of the one before has bytes flipped", { timeout: 120_000 }, () => {
  it("never starts the damaged one: the version before that serves again", async () => {
    const { stub, agent, port } = await setUp();
    const good = [publish(stub, "1.0.0"), publish(stub, "2.0.0")] as const;
    for (const release of good) {
      stub.desire(release);
      if (release === good[0]) agent.run(stub.token());
      await stub.untilPhase("healthy", release);
    }
    await flipBytes(agent, good[1]);
    const bad = publish(stub, "3.0.0", { crash: 1 });
    stub.desire(bad);
    const { application } = await stub.untilPhase("reverted", bad);
    expect(application).toMatchObject({ current: { version: "1.0.0" }, quarantine: [{ releaseId: bad.releaseId }] });
    await expect.poll(() => versionAt(port), { timeout: 20_000 }).toBe("1.0.0");
    expect(await servicePids(agent)).toHaveLength(1);
    expect(await agent.log()).toContain("The version to go back to is lost");
  });

  it("serves nothing where there is no other, says so, and fetches it anew when it is granted", async () => {
    const { stub, agent, port } = await setUp();
    const first = publish(stub, "1.0.0");
    await serveOn(stub, agent, first);
    await flipBytes(agent, first);
    const bad = publish(stub, "2.0.0", { crash: 1 });
    stub.desire(bad);
    const { application, failure } = await stub.untilPhase("failed", bad);
    expect(failure).toMatchObject({ cause: "exit" });
    expect(application.current).toBeUndefined();
    expect(await servicePids(agent)).toEqual([]);
    const again = stub.desire(first);
    await stub.untilPhase("healthy", first, again);
    expect(await versionAt(port)).toBe("1.0.0");
    expect(stub.files.requests.filter(({ digest }) => digest === first.digest)).toHaveLength(2);
  });
});
