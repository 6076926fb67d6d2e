import { randomInt } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { uploadFile } from "#main/client/upload-file.ts";
import { serviceSpec, systemWorld, type SystemWorld } from "#test/builders/system-world.ts";

async function auditEntries(world: SystemWorld): Promise<number> {
  const verdict = await world.client.audit.verify();
  return verdict.outcome === "intact" ? verdict.entries : Number.NaN;
}

describe("a control plane that is killed", () => {
  it("goes on with a rollout in an open wave and while baking, and has lost nothing that it acknowledged", async () => {
    const world = await systemWorld({ groups: { canary: 1, everyone: 1 } });
    const release = await world.publish("1.1.0");
    const rolloutId = await world.startRollout(release, { bakeMs: 1500 });
    const acknowledged = await auditEntries(world);
    await world.server.end();

    await world.server.start();
    expect((await world.rollout(rolloutId)).rollout.state).toBe("running");
    expect(await auditEntries(world)).toBeGreaterThanOrEqual(acknowledged);
    await world.untilRollout(rolloutId, "bakes its first wave", ({ waves }) => waves[0]?.state === "baking");
    await world.server.end();

    await world.server.start();
    expect((await world.rollout(rolloutId)).waves.map((wave) => wave.state)).toEqual(["baking", "pending"]);
    await world.untilState(rolloutId, "completed");
    await world.untilAnswer("1.1.0");
    expect(await auditEntries(world)).toBeGreaterThan(acknowledged);
  });

  it("leaves a publication that it was killed in completed or a clean draft, which can be published", async () => {
    const world = await systemWorld({ groups: { everyone: 0 } });
    for (const round of [1, 2, 3]) {
      const version = `2.${round}.0`;
      const upload = await uploadFile(
        { client: world.client, target: world.server.running, signal: AbortSignal.timeout(60_000), onProgress: () => undefined },
        await world.writeService(version),
      );
      const draft = await world.client.releases.create({
        applicationId: world.applicationId,
        version,
        runSpec: serviceSpec(),
        artifacts: [{ uploadId: upload.id, platform: "any" }],
      });
      const killAfterMs = randomInt(0, 40);
      const answer = world.client.releases.publish({ releaseId: draft.id }).then(
        () => "published",
        () => "no answer",
      );
      await sleep(killAfterMs);
      await world.server.end();

      await world.server.start();
      const { state } = await world.client.releases.get({ releaseId: draft.id });
      const seen = { killAfterMs, answer: await answer, state };
      const allowed = seen.answer === "published" ? ["published"] : ["draft", "published"];
      expect(allowed, JSON.stringify(seen)).toContain(state);
      if (state === "draft") await world.client.releases.publish({ releaseId: draft.id });
    }
    const host = await world.addHost("late", "everyone");
    await world.untilAnswer("1.0.0", [host]);
    const [latest] = (await world.client.releases.list({ applicationId: world.applicationId })).filter(
      ({ version }) => version === "2.3.0",
    );
    if (latest === undefined) throw new Error("2.3.0 is gone");
    await world.untilState(await world.startRollout(latest), "completed");
    await world.untilAnswer("2.3.0", [host]);
  });
});
