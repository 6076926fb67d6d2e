import type { ContractClient } from "#shared/contract/index.ts";
import type { ApplicationId, FleetId } from "#shared/lib/ids.ts";
import { type EnrolledHost, enrolHosts } from "./enrol.ts";

/** A fleet with one group that is subscribed to one application, and the token that its hosts enrol with. */
export type PreparedFleet = { readonly fleetId: FleetId; readonly applicationId: ApplicationId; readonly tokenText: string };

/** Registers the fleet and the application, with room for `count` hosts. */
export async function prepareFleet(client: ContractClient, count: number): Promise<PreparedFleet> {
  const fleet = await client.fleets.create({ name: "bench", groups: ["everyone"] });
  const group = fleet.groups[0];
  if (group === undefined) throw new Error("The fleet was made without its group.");
  const application = await client.applications.create({ productId: "org.example.bench", name: "Bench" });
  await client.subscriptions.create({ groupId: group.id, applicationId: application.id });
  const token = await client.tokens.create({ groupId: group.id, maxUses: count });
  return { fleetId: fleet.id, applicationId: application.id, tokenText: token.text };
}

/** The same with its hosts, which are not connected yet. */
export async function makeFleet(client: ContractClient, url: string, count: number): Promise<readonly EnrolledHost[]> {
  const { tokenText } = await prepareFleet(client, count);
  return enrolHosts(url, tokenText, count);
}

/** Slows the regular reports down, so that only the load that is measured is on the wire. */
export async function silenceRegularReports(client: ContractClient): Promise<void> {
  const { revision } = await client.settings.get();
  await client.settings.update({ revision, hostStateIntervalMs: 3_600_000, hostSilentAfterMs: 86_400_000 });
}
