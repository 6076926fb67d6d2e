import type { GroupRow } from "#shared/contract/fleets.ts";
import type { HostFacts, RunningRelease } from "#shared/domain/host/reported.ts";
import { hostId } from "#shared/lib/ids.ts";
import { AGENT_PATHS } from "#shared/protocol/limits.ts";
import { decodeEnrolmentToken, enrolResponse } from "#shared/protocol/enrolment.ts";
import { AgentIdentity } from "#test/simulation/fleet/agent-identity.ts";
import { webSocketDial } from "#test/simulation/fleet/agent-wire.ts";
import { SIMULATED_FACTS, SimulatedAgent, type SimulatedAgentOptions } from "#test/simulation/fleet/simulated-agent.ts";
import type { UpdateOutcome } from "#test/simulation/fleet/simulated-application.ts";
import type { World } from "./world.ts";

/** Some hosts of one group. */
export type HostsWish = {
  readonly group: GroupRow;
  readonly prefix: string;
  readonly count: number;
  /** How an update of host `at` to a release ends; healthy when not said. */
  readonly outcomeOf?: (release: RunningRelease, at: number) => UpdateOutcome;
  readonly phaseMs?: number;
  /** What the hosts run already, and what they tell of it otherwise than the simulation would. */
  readonly begun?: Pick<SimulatedAgentOptions, "running" | "tells">;
  readonly requiresApproval?: boolean;
};

const factsOf = (name: string, at: number): HostFacts => ({
  ...SIMULATED_FACTS,
  hostname: `${name}.acme.internal`,
  platform: at % 3 === 2 ? "linux/arm64" : "linux/amd64",
  osRelease: "Debian GNU/Linux 12 (bookworm)",
  cpuCount: 4,
  memoryBytes: 8_200_000_000,
  diskFreeBytes: 31_000_000_000,
});

/** Enrols hosts with one token and connects those that need no approval. */
export async function addHosts(world: Pick<World, "client" | "target" | "agents">, wish: HostsWish): Promise<readonly SimulatedAgent[]> {
  const { group, prefix, count, requiresApproval = false } = wish;
  const { text } = await world.client.tokens.create({ groupId: group.id, maxUses: count, label: `${prefix} rack`, requiresApproval });
  const { secret } = decodeEnrolmentToken(text);
  const added: SimulatedAgent[] = [];
  for (let at = 0; at < count; at += 1) {
    const name = `${prefix}-${String(at + 1).padStart(2, "0")}`;
    const identity = new AgentIdentity();
    const facts = factsOf(name, at);
    const id = await enrol(world.target.url, identity.enrolRequest({ secret, name, facts, at: Date.now() }));
    added.push(
      new SimulatedAgent({
        hostId: id,
        identity,
        facts,
        dial: webSocketDial(world.target.url),
        phaseMs: wish.phaseMs ?? 0,
        stateIntervalMs: 3000,
        ...wish.begun,
        ...(wish.outcomeOf === undefined ? {} : { outcomeOf: (release: RunningRelease) => wish.outcomeOf?.(release, at) ?? "healthy" }),
      }),
    );
  }
  if (!requiresApproval) await Promise.all(added.map((agent) => agent.connect()));
  world.agents.push(...added);
  return added;
}

async function enrol(url: string, request: ReturnType<AgentIdentity["enrolRequest"]>) {
  const answer = await fetch(new URL(AGENT_PATHS.enrol, url), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(request),
  });
  if (!answer.ok) throw new Error(`enrolment was answered ${answer.status}: ${await answer.text()}`);
  return hostId.parse(enrolResponse.parse(await answer.json()).hostId);
}

/** Enrols one host by the token that an operator copied, as its agent would. */
export async function enrolByToken(world: World, text: string, name: string): Promise<void> {
  const { secret } = decodeEnrolmentToken(text);
  await enrol(world.target.url, new AgentIdentity().enrolRequest({ secret, name, facts: factsOf(name, 0), at: Date.now() }));
}
