import type { ContractClient } from "#shared/contract/index.ts";
import { type EnrolledHost, enrolHosts } from "./enrol.ts";

/** Registers a fleet with one group, and `count` hosts in it. */
export async function makeFleet(client: ContractClient, url: string, count: number): Promise<readonly EnrolledHost[]> {
  const fleet = await client.fleets.create({ name: "bench", groups: ["everyone"] });
  const group = fleet.groups[0];
  if (group === undefined) throw new Error("The fleet was made without its group.");
  const token = await client.tokens.create({ groupId: group.id, maxUses: count });
  return enrolHosts(url, token.text, count);
}

/** Slows the regular reports down, so that only the load that is measured is on the wire. */
export async function silenceRegularReports(client: ContractClient): Promise<void> {
  const { revision } = await client.settings.get();
  await client.settings.update({ revision, hostStateIntervalMs: 3_600_000, hostSilentAfterMs: 86_400_000 });
}
