import { describe, expect, it } from "vitest";
import { BAD_VERSION, playBadWave, startedOn } from "#test/builders/bad-wave.ts";
import { systemWorld } from "#test/builders/system-world.ts";
import { versionAt } from "../agent/agent-process.ts";

const names = (hosts: readonly { readonly name: string }[]): string[] => hosts.map(({ name }) => name).toSorted();

/** Eight agents and their services start at once, on as little as two cores. */
const PATIENCE_MS = 120_000;

describe("a release that crashes in probation on the first wave of real hosts", () => {
  it("is contained there, reverted by the hosts themselves, and told in the rollout, the audit and on the first screen", async () => {
    const world = await systemWorld({ groups: { canary: 2, everyone: 6 }, patienceMs: PATIENCE_MS });
    const { wave, others, ran, detail, audited, attention } = await playBadWave(world);

    expect(ran.toSorted()).toEqual(names(wave));
    for (const host of others) expect(await startedOn(world, host)).toEqual(["1.0.0"]);
    expect(await Promise.all(world.hosts.map((host) => versionAt(host.port)))).toEqual(world.hosts.map(() => "1.0.0"));

    const reason = "0 % of 2 hosts succeeded, 100 % is required";
    expect(detail.rollout).toMatchObject({ state: "tripped", stateReason: reason });
    expect(detail.waves.map(({ state, counts }) => [state, counts.failed])).toEqual([
      ["tripped", 2],
      ["pending", 0],
    ]);
    expect(detail.failures).toMatchObject([{ cause: "exit", count: 2, example: { message: expect.stringContaining("9") as string } }]);
    expect(audited).toMatchObject([{ action: "rollout.tripped", reason, details: { wave: 1 } }]);
    expect(attention).toHaveLength(1);

    for (const host of wave) await world.untilPhase(host, "reverted", BAD_VERSION);
  }, 300_000);
});
