import type { ApplicationRow, ReleaseRow } from "#shared/contract/applications.ts";
import type { ContractClient } from "#shared/contract/index.ts";

/** Points a channel at a release, making the channel when there is none; answers what to tell. */
export async function moveChannel(client: ContractClient, application: ApplicationRow, name: string, release: ReleaseRow): Promise<string> {
  const channel =
    application.channels.find((one) => one.name === name) ?? (await client.channels.create({ applicationId: application.id, name }));
  const moved = await client.channels.move({ channelId: channel.id, releaseId: release.id });
  return `${name} is at ${release.version}. Rollouts started: ${moved.rolloutIds.length}.`;
}

/** What to tell when the release waits for signatures, so that its channel cannot be moved yet. */
export function channelToMove(productId: string, name: string, version: string): string {
  return `The channel ${name} was not moved. When it is published, run: rollcall app channel ${productId} ${name} ${version}`;
}
