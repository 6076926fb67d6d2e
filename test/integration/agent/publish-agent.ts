import type { ControlPlaneStub } from "#test/fakes/control-plane-stub.ts";
import { AGENT_APPLICATION, type StubRelease } from "#test/fakes/control-plane-stub-releases.ts";
import type { BundleFault } from "#test/faults/faulty-bundle.ts";
import { agentBundle } from "./agent-bundles.ts";

/** Publishes a version of the agent, with something wrong with it if asked. */
export async function publishAgent(stub: ControlPlaneStub, version: string, fault?: BundleFault, probationMs = 500): Promise<StubRelease> {
  const bytes = await agentBundle(version, fault);
  const startDeadlineMs = fault === "never reaches its control plane" ? 3000 : 30_000;
  const runSpec = {
    command: "node",
    arguments: ["{artifact}", "run"],
    installAs: "rollcall-agent.mjs",
    probationMs,
    startDeadlineMs,
  };
  return stub.publish({ version, bytes, of: AGENT_APPLICATION, runSpec });
}
