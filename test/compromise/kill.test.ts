import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, readdir, readFile, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { statePaths } from "#main/agent/state/state-paths.ts";
import { tempFolder } from "#test/builders/temp-folder.ts";
import { STUB_PRODUCT } from "#test/fakes/control-plane-stub-releases.ts";
import { AttackedWorld } from "./attacker/attacked-world.ts";
import { seededRandom } from "#test/builders/seeded-random.ts";
import { isExhaustive, positions, SEED } from "./attacker/extent.ts";
import { VictimHost, type Order } from "./attacker/victim-host.ts";
import { note } from "./outcomes.ts";

const PROGRAM = join(import.meta.dirname, "attacker/killed-host.ts");
const ROLES = ["root", "timestamp", "snapshot", "targets", STUB_PRODUCT] as const;
const ended = z.object({ outcome: z.string(), calls: z.int() });
const versioned = z.object({ signed: z.object({ version: z.int() }) });

/** Carries out an order in a process that dies before its nth change of the disk; undefined when it died. */
async function runUntil(world: AttackedWorld, folder: string, order: Order, cut?: number) {
  const root = world.repository.rootBytes.toString("base64");
  const args = ["--folder", folder, "--url", world.server.url, "--root", root, "--order", JSON.stringify(order)];
  const child = spawn(process.execPath, [PROGRAM, ...args, ...(cut === undefined ? [] : ["--cut", String(cut)])], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [printed] = await Promise.all([text(child.stdout), once(child, "exit")]);
  return child.signalCode === "SIGKILL" ? undefined : ended.parse(JSON.parse(printed));
}

/** The version of each role that the folder of a host keeps; every file must be whole. */
async function keptVersions(folder: string): Promise<ReadonlyMap<string, number>> {
  const metadata = join(statePaths(folder).trustFolder, "metadata");
  const names = (await readdir(metadata).catch(() => [])).filter((name) => !name.startsWith("."));
  const read = async (name: string) =>
    [name, versioned.parse(JSON.parse(await readFile(join(metadata, name), "utf8"))).signed.version] as const;
  return new Map(await Promise.all(names.map(read)));
}

/** A host that runs 1.0.0, and a world that has since signed 1.1.0, a minimum and a new root. */
async function anUpdate() {
  const world = await AttackedWorld.start();
  const old = world.publish("1.0.0");
  world.signMinimum("0.9.0");
  world.repository.replaceOnlineKeys();
  const before = world.state();
  const folder = await tempFolder();
  const host = new VictimHost(folder, world.server.url, world.repository.rootBytes);
  expect((await host.order(old)).outcome).toBe("installed");
  const seen = world.repository.version("timestamp");
  const next = world.publish("1.1.0");
  world.signMinimum("1.0.0");
  world.repository.replaceOnlineKeys();
  return { world, old, next, before, folder, seen };
}

const open = (world: AttackedWorld, folder: string): VictimHost => new VictimHost(folder, world.server.url, world.repository.rootBytes);

describe("a host that is killed while it takes up newer trust", () => {
  it(
    "never knows less than it had accepted, and goes on: at every change of its disk",
    async () => {
      const { world, old, next, before, folder, seen } = await anUpdate();
      const whole = await tempFolder();
      await cp(folder, whole, { recursive: true });
      const { calls, outcome } = (await runUntil(world, whole, next)) ?? { calls: 0, outcome: "killed" };
      expect(outcome).toBe("installed");
      const cuts = positions(calls, 8, seededRandom(SEED));
      for (const cut of cuts) {
        const copy = await tempFolder();
        await cp(folder, copy, { recursive: true });
        expect(await runUntil(world, copy, next, cut + 1)).toBeUndefined();
        const accepted = await keptVersions(copy);
        // First the attacker shows what was before: what was accepted holds.
        world.server.replay(before);
        const replayed = await open(world, copy).order(old);
        const after = await keptVersions(copy);
        for (const [role, version] of accepted) expect(after.get(role), `${role} at cut ${cut}`).toBeGreaterThanOrEqual(version);
        const isNewerKept = (accepted.get("timestamp.json") ?? 0) > seen;
        expect(isNewerKept && replayed.outcome === "installed", `the old state over a newer one at cut ${cut}`).toBe(false);
        // Then the world is honest again: the host is as usable as any.
        world.server.lies.clear();
        expect((await open(world, copy).order(next)).outcome, `cut ${cut}`).toBe("installed");
      }
      await note("waits for a kill -9 at a change of the disk", `${cuts.length} of ${calls} cuts: never older, always usable`);
    },
    isExhaustive ? 600_000 : 120_000,
  );

  it.each([...ROLES.map((role) => `metadata/${role}.json`), "rules.json", "rules.twin.json"])(
    "recovers from a damaged %s, and says so",
    async (name) => {
      for (const damage of ["cut", "overwritten"] as const) {
        const { world, next, folder } = await anUpdate();
        const path = join(statePaths(folder).trustFolder, name);
        await (damage === "cut" ? truncate(path, 7) : writeFile(path, Buffer.alloc(300, 0)));
        const host = open(world, folder);
        expect((await host.order(next)).outcome, damage).toBe("installed");
        // The twin is only looked at when the first copy is gone.
        expect(name === "rules.twin.json" || /damaged|recovered/.test(host.warnings.join("\n")), `${name} ${damage}`).toBe(true);
      }
    },
  );

  it("does not install from a kept slot while both copies of the signed rules are damaged, until they were seen again", async () => {
    const { world, old, folder } = await anUpdate();
    const host = open(world, folder);
    expect((await host.order(old)).outcome).toBe("installed");
    for (const name of ["rules.json", "rules.twin.json"]) await writeFile(join(statePaths(folder).trustFolder, name), "{}");
    const restarted = open(world, folder);
    restarted.knows(old);
    for (const name of world.state().keys()) world.server.lies.set(name, undefined);
    expect((await restarted.order(old)).outcome).toBe("ENV_DATA_CORRUPT");
    world.server.lies.clear();
    expect((await restarted.order(old)).outcome).toBe("installed");
  });
});
