import type { RolloutDetail } from "#shared/contract/rollouts.ts";
import type { RolloutState } from "#shared/domain/rollout/rollout.ts";
import { AppError } from "#shared/errors/app-error.ts";
import type { DemoWorld } from "./demo-world.ts";
import type { DemoSetup } from "./setup.ts";
import { startWitness, underLoad, until, versions } from "./witness.ts";

const GATE = { successPercent: 100, failureBudget: 0, minimumSample: 1, bakeMs: 2000, approval: false };
const INSTALL_DEADLINE_MS = 40_000;
const ROLLOUT_DEADLINE_MS = 60_000;

/** Plays the whole loop through the public contract and asks the services themselves which version answers. */
export async function playStory(world: DemoWorld, setup: DemoSetup, say: (line: string) => void): Promise<void> {
  await everyoneAnswers(world, "1.0.0", INSTALL_DEADLINE_MS);
  say("all six services answer 1.0.0");
  const answered = await underLoad(world, async () => {
    await passFromGroupToGroup(world, setup, say);
    const bad = await tripAtTheCanary(world, setup, say);
    await rollBackByHand(world, setup, bad, say);
  });
  say(`${answered} requests were answered while versions came and went, on new connections and on old ones; none failed`);
  await proveTheAudit(world, say);
}

async function passFromGroupToGroup(world: DemoWorld, setup: DemoSetup, say: (line: string) => void): Promise<void> {
  const started = await start(world, setup, setup.releases.second.id, "A better version");
  const order: string[] = [];
  await until(
    "1.1.0 to pass every group",
    ROLLOUT_DEADLINE_MS,
    async () => {
      for (const host of world.hosts) {
        const isNew = (await versions(world)).get(host.name) === "1.1.0";
        if (isNew && !order.includes(host.group)) order.push(host.group);
      }
      return (await detailOf(world, started)).rollout.state === "completed";
    },
    () => stateText(world, started),
  );
  expectSame("the order in which the groups got 1.1.0", order.join(" → "), "canary → early → everyone");
  await everyoneAnswers(world, "1.1.0", 5000);
  say(`1.1.0 passed ${order.join(" → ")}; all six services answer 1.1.0`);
}

async function tripAtTheCanary(world: DemoWorld, setup: DemoSetup, say: (line: string) => void): Promise<string> {
  const witness = startWitness(world);
  const started = await start(world, setup, setup.releases.bad.id, "Looks harmless");
  await untilState(world, started, "tripped");
  await everyoneAnswers(world, "1.1.0", 20_000);
  await witness.stop();
  const touched = world.hosts.filter((host) => host.group !== "canary" && [...(witness.seen().get(host.name) ?? [])].join() !== "1.1.0");
  expectSame("hosts outside the canary that were touched", touched.map((host) => host.name).join(", "), "");
  const detail = await detailOf(world, started);
  say(
    `1.2.0 tripped at the canary (${detail.failures[0]?.example.message ?? detail.rollout.stateReason}); it reverted by itself and the others never noticed`,
  );
  return started;
}

async function rollBackByHand(world: DemoWorld, setup: DemoSetup, tripped: string, say: (line: string) => void): Promise<void> {
  const subscriptionIds = setup.fleet.groups.flatMap((group) => group.subscriptions.map((one) => one.id));
  const back = await world.client.rollouts.rollback({
    subscriptionIds,
    toReleaseId: setup.releases.first.id,
    reason: "Back to the version we trust",
  });
  await untilState(world, back.id, "completed");
  await everyoneAnswers(world, "1.0.0", 10_000);
  expectSame("the tripped rollout", (await detailOf(world, tripped)).rollout.state, "superseded");
  say("one rollback later all six services answer 1.0.0 again, from slots they had kept");
}

async function proveTheAudit(world: DemoWorld, say: (line: string) => void): Promise<void> {
  const verdict = await world.client.audit.verify();
  if (verdict.outcome !== "intact") throw new AppError("AUDIT_BROKEN", verdict.message);
  let characters = 0;
  for await (const piece of await world.client.audit.export({ format: "csv" })) characters += piece.text.length;
  say(`the audit holds ${verdict.entries} entries, chained and intact; its CSV export has ${characters} characters`);
}

async function start(world: DemoWorld, setup: DemoSetup, releaseId: string, reason: string): Promise<string> {
  const waves = setup.fleet.groups.map((group) => ({ groupId: group.id, selector: { kind: "all" as const }, gate: GATE }));
  return (await world.client.rollouts.start({ fleetId: setup.fleet.id, releaseIds: [releaseId], waves, reason })).id;
}

async function everyoneAnswers(world: DemoWorld, version: string, deadlineMs: number): Promise<void> {
  await until(
    `every service to answer ${version}`,
    deadlineMs,
    async () => [...(await versions(world)).values()].every((answer) => answer === version),
    async () => [...(await versions(world))].map(([name, answer]) => `${name} ${answer}`).join(", "),
  );
}

async function untilState(world: DemoWorld, rolloutId: string, state: RolloutState): Promise<void> {
  await until(
    `the rollout to be ${state}`,
    ROLLOUT_DEADLINE_MS,
    async () => (await detailOf(world, rolloutId)).rollout.state === state,
    () => stateText(world, rolloutId),
  );
}

function detailOf(world: DemoWorld, rolloutId: string): Promise<RolloutDetail> {
  return world.client.rollouts.get({ rolloutId });
}

async function stateText(world: DemoWorld, rolloutId: string): Promise<string> {
  const { rollout, waves } = await detailOf(world, rolloutId);
  return `${rollout.state} (${rollout.stateReason}); ${waves.map((wave) => `${wave.groupName} ${wave.state} ${JSON.stringify(wave.counts)}`).join(", ")}`;
}

function expectSame(what: string, seen: string, expected: string): void {
  if (seen !== expected) throw new AppError("CONFLICT_STATE", `Unexpected: ${what}: "${seen}", not "${expected}".`);
}
