import { gate as gateSchema, type Gate } from "#shared/domain/rollout/rollout.ts";
import type { ReleaseRow } from "#shared/contract/applications.ts";
import type { Story } from "./story.ts";
import { firstOf } from "./first-of.ts";

/** A rollout that is paused and approved, one that trips and goes on, one that is aborted, and a rollback. */
export async function rolloutChapter(story: Story): Promise<void> {
  await approved(story);
  await tripped(story);
  await takenBack(story);
  await commands(story);
  await refusals(story);
}

async function start(story: Story, release: ReleaseRow, gate: Partial<Gate>) {
  const wave = { groupId: story.known("canary").id, gate: { ...gateSchema.parse({ bakeMs: 0 }), ...gate } };
  const waves = [
    { ...wave, selector: { kind: "count" as const, count: 1 } },
    { ...wave, selector: { kind: "all" as const } },
  ];
  const plan = { fleetId: story.known("fleet").id, releaseIds: [release.id], waves };
  await story.step("rollouts.preview", () => story.client.rollouts.preview(plan));
  return story.step("rollouts.start", () => story.client.rollouts.start(plan));
}

async function approved(story: Story): Promise<void> {
  const { client } = story;
  const { id: rolloutId } = await start(story, story.release(1), { approval: true });
  await story.step("rollouts.pause", () => client.rollouts.pause({ rolloutId }));
  await story.step("rollouts.resume", () => client.rollouts.resume({ rolloutId }));
  await story.step("rollouts.list", () => client.rollouts.list({ active: true }));
  await story.step("rollouts.get", () => client.rollouts.get({ rolloutId }));
  const { waves } = await story.rollout(rolloutId, (detail) => detail.actions.approve.allowed);
  await story.step("rollouts.approve", () => client.rollouts.approve({ waveId: waves[0]!.id }));
  await story.rollout(rolloutId, ({ rollout }) => rollout.state === "completed");
}

async function tripped(story: Story): Promise<void> {
  const { client } = story;
  const { id: rolloutId } = await start(story, story.release(2), {});
  const { waves } = await story.rollout(rolloutId, ({ rollout }) => rollout.state === "tripped");
  story.facts.failedHostId = waves[0]!.members[0]!.hostId;
  await story.step("rollouts.continue", () => client.rollouts.continue({ rolloutId, reason: "known and harmless" }));
  await story.step("rollouts.abort", () => client.rollouts.abort({ rolloutId, reason: "not harmless" }));
}

async function takenBack(story: Story): Promise<void> {
  const { client } = story;
  const subscriptionId = story.known("subscription").id;
  const wish = { subscriptionIds: [subscriptionId], toReleaseId: story.release(0).id };
  await story.step("rollouts.previewRollback", () => client.rollouts.previewRollback(wish));
  const { id } = await story.step("rollouts.rollback", () => client.rollouts.rollback(wish));
  await story.rollout(id, ({ rollout }) => rollout.state === "completed");
  const channelId = story.known("channelId");
  await story.step("subscriptions.reattach", () => client.subscriptions.reattach({ subscriptionId, channelId }));
}

async function commands(story: Story): Promise<void> {
  const { client } = story;
  const order = { hostId: story.known("failedHostId"), applicationId: story.known("application").id };
  await story.step("hosts.restart", () => client.hosts.restart(order));
  await story.step("hosts.collectLogs", () => client.hosts.collectLogs(order));
  await story.step("hosts.followLog", () => firstOf(client.hosts.followLog(order)));
  const lift = { ...order, releaseId: story.release(2).id, reason: "the disk was full" };
  await story.step("hosts.liftQuarantine", () => client.hosts.liftQuarantine(lift));
}

async function refusals(story: Story): Promise<void> {
  const { client } = story;
  const releaseId = story.release(2).id;
  await story.step("releases.block", () => client.releases.block({ releaseId, reason: "crashes" }));
  await story.step("releases.unblock", () => client.releases.unblock({ releaseId, reason: "does not" }));
  await story.step("releases.withdraw", () => client.releases.withdraw({ releaseId, reason: "it does" }));
}
