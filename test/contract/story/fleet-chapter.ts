import type { FleetRow, GroupRow } from "#shared/contract/fleets.ts";
import { DEFAULT_POLICY } from "#shared/domain/rollout/policy.ts";
import { addHosts } from "#test/e2e/world/simulated-hosts.ts";
import type { Story } from "./story.ts";

/** A fleet with groups, tokens, subscriptions and three hosts: two that update, and one that waits for approval. */
export async function fleetChapter(story: Story): Promise<void> {
  const { client } = story;
  const made = await story.step("fleets.create", () => client.fleets.create({ name: "tale", groups: ["canary", "early"] }));
  const fleetId = made.id;
  const change = { fleetId, revision: made.revision, name: "tale", description: "Where it plays" };
  await story.step("fleets.update", () => client.fleets.update(change));
  const added = await story.step("fleets.addGroup", () => client.fleets.addGroup({ fleetId, name: "spare" }));
  const renaming = { groupId: added.id, revision: added.revision, name: "extra" };
  await story.step("fleets.renameGroup", () => client.fleets.renameGroup(renaming));
  const groupIds = [added.id, ...made.groups.map((group) => group.id)];
  await story.step("fleets.orderGroups", () => client.fleets.orderGroups({ fleetId, groupIds }));
  await story.step("fleets.removeGroup", () => client.fleets.removeGroup({ groupId: added.id }));
  await story.step("fleets.list", () => client.fleets.list());
  story.facts.fleet = await story.step("fleets.get", () => client.fleets.get({ fleetId }));
  story.facts.canary = groupOf(story.facts.fleet, "canary");
  story.facts.early = groupOf(story.facts.fleet, "early");
  await subscriptions(story);
  await hosts(story);
}

async function subscriptions(story: Story): Promise<void> {
  const { client } = story;
  const order = { groupId: story.known("canary").id, applicationId: story.known("application").id, channelId: story.known("channelId") };
  const { id: subscriptionId, revision } = await story.step("subscriptions.create", () => client.subscriptions.create(order));
  const change = { subscriptionId, revision, policy: { ...DEFAULT_POLICY, concurrency: 5 } };
  await story.step("subscriptions.setPolicy", () => client.subscriptions.setPolicy(change));
  await story.step("subscriptions.pause", () => client.subscriptions.pause({ subscriptionId, reason: "look first" }));
  await story.step("subscriptions.resume", () => client.subscriptions.resume({ subscriptionId }));
  await story.step("subscriptions.history", () => client.subscriptions.history({ subscriptionId }));
  story.facts.subscription = await story.step("subscriptions.get", () => client.subscriptions.get({ subscriptionId }));
  const other = await client.subscriptions.create({ ...order, groupId: story.known("early").id });
  await story.step("subscriptions.remove", () => client.subscriptions.remove({ subscriptionId: other.id }));
}

async function hosts(story: Story): Promise<void> {
  const { client } = story;
  const [canary, early] = [story.known("canary"), story.known("early")];
  const order = { groupId: canary.id, label: "unused" };
  const { token } = await story.step("tokens.create", () => client.tokens.create(order));
  await story.step("tokens.revoke", () => client.tokens.revoke({ enrolmentTokenId: token.id }));
  await story.step("tokens.list", () => client.tokens.list({ fleetId: story.known("fleet").id }));
  const crashing = { outcomeOf: ({ version }: { readonly version: string }) => (version === "1.2.0" ? "crash" : "healthy") } as const;
  await addHosts(story, { group: canary, prefix: "tale", count: 2, ...crashing });
  const [waiting] = await addHosts(story, { group: early, prefix: "late", count: 1, requiresApproval: true });
  const hostId = waiting!.hostId;
  await story.step("hosts.approve", () => client.hosts.approve({ hostId }));
  await story.step("hosts.move", () => client.hosts.move({ hostId, groupId: canary.id, reason: "needed there" }));
  await story.step("hosts.pin", () => client.hosts.pin({ hostId, releaseId: story.release(0).id }));
  await story.step("hosts.unpin", () => client.hosts.unpin({ hostId }));
  const { host } = await story.step("hosts.get", () => client.hosts.get({ hostId }));
  await story.step("hosts.setLabels", () => client.hosts.setLabels({ hostId, revision: host.revision, labels: { rack: "b7" } }));
  await story.step("hosts.timeline", () => client.hosts.timeline({ hostId }));
  await story.step("hosts.revoke", () => client.hosts.revoke({ hostId, reason: "sold" }));
  await story.step("hosts.list", () => client.hosts.list({ groupId: canary.id, search: "tale" }));
}

function groupOf(fleet: FleetRow, name: string): GroupRow {
  const found = fleet.groups.find((group) => group.name === name);
  if (found === undefined) throw new Error(`The fleet misses its group ${name}.`);
  return found;
}
