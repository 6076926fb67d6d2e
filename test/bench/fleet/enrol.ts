import { decodeEnrolmentToken, enrolResponse } from "#shared/protocol/enrolment.ts";
import { AGENT_PATHS } from "#shared/protocol/limits.ts";
import { enrolmentBytes } from "#shared/protocol/signing.ts";
import { type AgentKey, makeAgentKey } from "./agent-key.ts";

/** A host that exists for the control plane, without a machine behind it. */
export type EnrolledHost = { readonly hostId: string; readonly key: AgentKey };

/** What simulated machines say of themselves. */
export const FACTS = {
  hostname: "bench",
  platform: "linux/amd64",
  osRelease: "bench",
  agentVersion: "0.1.0",
  cpuCount: 1,
  memoryBytes: 1 << 30,
} as const;

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
  const key = makeAgentKey();
  const request = { v: 1 as const, secret, publicKey: key.publicKey, name, facts: FACTS, at: Date.now() };
  const response = await fetch(baseUrl + AGENT_PATHS.enrol, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ ...request, signature: key.sign(enrolmentBytes(request)) }),
  });
  if (!response.ok) throw new Error(`Enrolment was answered ${response.status}: ${(await response.text()).slice(0, 300)}`);
  return { hostId: enrolResponse.parse(await response.json()).hostId, key };
}
