import type { FleetRow } from "#shared/contract/fleets.ts";
import type { PublishPlan } from "./publish-plan.ts";

/** What moving the channel along with publishing will start, as a sentence; undefined when no channel moves. */
export function channelConsequence(
  { channel, version }: Pick<PublishPlan, "channel" | "version">,
  fleets: readonly FleetRow[],
): string | undefined {
  if (channel === undefined) return undefined;
  const followers = fleets.map((fleet) =>
    fleet.groups.filter((group) => group.subscriptions.some((one) => one.following && one.channelId === channel.id)),
  );
  const rollouts = channel.id === undefined ? 0 : followers.filter((groups) => groups.length > 0).length;
  const moved = `${channel.name} moves to ${version}`;
  if (rollouts === 0) return `${moved}. Nobody follows it, so no host gets it before you start a rollout.`;
  const hosts = followers.flat().reduce((sum, group) => sum + group.hosts, 0);
  return `${moved}, which starts ${rollouts === 1 ? "1 rollout" : `${rollouts} rollouts`} at once, for ${hosts} ${hosts === 1 ? "host" : "hosts"}.`;
}
