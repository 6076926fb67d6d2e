import type { ControlPlaneStub } from "#test/fakes/control-plane-stub.ts";
import type { StubRelease } from "#test/fakes/control-plane-stub-releases.ts";
import { setUp, type AgentProcess } from "./agent-process.ts";
import { QUICK_RUN, serviceArtifact, type ServiceTraits } from "./service-artifact.ts";

/** Starts an agent that has nothing yet, and resolves when this release is well there. */
export async function serveOn(stub: ControlPlaneStub, agent: AgentProcess, release: StubRelease): Promise<void> {
  stub.desire(release);
  agent.run(stub.token());
  await stub.untilPhase("healthy", release);
}

/** What {@link setUp} gives, with the agent running and 1.0.0 well there. */
export async function setUpServing(traits: ServiceTraits = {}) {
  const setting = await setUp();
  const { stub, agent } = setting;
  const first = stub.publish({ version: "1.0.0", bytes: serviceArtifact("1.0.0", traits), runSpec: QUICK_RUN });
  await serveOn(stub, agent, first);
  return { ...setting, first };
}
