import { decodeEnrolmentToken, enrolResponse } from "#shared/protocol/enrolment.ts";
import { AGENT_PATHS } from "#shared/protocol/limits.ts";
import { hostId, type HostId } from "#shared/lib/ids.ts";
import { AgentIdentity } from "#test/simulation/fleet/agent-identity.ts";
import { SIMULATED_FACTS } from "#test/simulation/fleet/simulated-agent.ts";

/** A host that exists for the control plane, without a machine behind it. */
export type EnrolledHost = { readonly hostId: HostId; readonly identity: AgentIdentity };

/** Registers `count` hosts with one token that allows as many, sixteen at a time. */
export async function enrolHosts(baseUrl: string, tokenText: string, count: number): Promise<readonly EnrolledHost[]> {
  const hosts: EnrolledHost[] = [];
  const { secret } = decodeEnrolmentToken(tokenText);
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let index = next++; index < count; index = next++) hosts.push(await enrolHost(baseUrl, secret, `bench-${index}`));
  };
  await Promise.all(Array.from({ length: 16 }, worker));
  return hosts;
}

async function enrolHost(baseUrl: string, secret: string, name: string): Promise<EnrolledHost> {
  const identity = new AgentIdentity();
  const response = await fetch(baseUrl + AGENT_PATHS.enrol, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(identity.enrolRequest({ secret, name, facts: SIMULATED_FACTS, at: Date.now() })),
  });
  if (!response.ok) throw new Error(`Enrolment was answered ${response.status}: ${(await response.text()).slice(0, 300)}`);
  return { hostId: hostId.parse(enrolResponse.parse(await response.json()).hostId), identity };
}
