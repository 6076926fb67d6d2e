import { describe, expect, it } from "vitest";
import { STUB_PRODUCT } from "#test/fakes/control-plane-stub-releases.ts";
import { AttackedWorld, newestOf } from "./attacker/attacked-world.ts";
import { note } from "./outcomes.ts";

const ROLES = ["timestamp", "snapshot", "targets", STUB_PRODUCT] as const;

/** Every way to take each role's file from the older or the newer of two states, but for the two states themselves. */
const CROSSINGS = Array.from({ length: 2 ** ROLES.length }, (_, bits) => ROLES.filter((__, index) => (bits >> index) % 2 === 1)).filter(
  (newer) => newer.length > 0 && newer.length < ROLES.length,
);

async function twoStates() {
  const world = await AttackedWorld.start();
  world.publish("1.0.0");
  const before = world.state();
  const wanted = world.publish("1.1.0");
  // Each role has another version in the second state.
  world.repository.republish();
  return { world, before, after: world.state(), wanted };
}

type States = Awaited<ReturnType<typeof twoStates>>;

/** Answers whatever version of a role is asked for with the one of the chosen state. */
function cross({ world, before, after }: States, newer: readonly string[]): void {
  for (const role of ROLES) {
    const state = newer.includes(role) ? after : before;
    const bytes = role === "timestamp" ? state.get("timestamp.json") : newestOf(state, role).bytes;
    const names = role === "timestamp" ? ["timestamp.json"] : Array.from({ length: 9 }, (_, version) => `${version + 1}.${role}.json`);
    for (const name of names) world.server.lies.set(name, bytes);
  }
}

describe("an attacker who puts signed documents of two states together", () => {
  it("covers every pair of files once with each of its two crossings", () => {
    for (const [index, one] of ROLES.entries())
      for (const other of ROLES.slice(index + 1)) {
        expect(CROSSINGS.some((newer) => newer.includes(one) && !newer.includes(other))).toBe(true);
        expect(CROSSINGS.some((newer) => !newer.includes(one) && newer.includes(other))).toBe(true);
      }
  });

  it.each(CROSSINGS.map((newer) => [newer.join(" + "), newer] as const))(
    "is refused by a new host with only %s of the newer state",
    async (name, newer) => {
      const states = await twoStates();
      const host = await states.world.host();
      cross(states, newer);
      const { outcome, message } = await host.order(states.wanted);
      await note(`crosses two states: newer ${name}`, outcome);
      expect(outcome, message).toBe("TRUST_MIX_AND_MATCH");
      expect(await host.holds(states.wanted.digest)).toBe(false);
    },
  );

  it.each(CROSSINGS.map((newer) => [newer.join(" + "), newer] as const))(
    "is refused by a host that knows the newer state, with only %s of it",
    async (_, newer) => {
      const states = await twoStates();
      const host = await states.world.host();
      expect((await host.order(states.wanted)).outcome).toBe("installed");
      const kept = states.wanted;
      cross(states, newer);
      const next = await host.order({ ...kept, ...states.world.forge("1.2.0") });
      // With the newer timestamp it has what it needs already and asks for no more than that; nothing of the older state counts.
      expect(["TRUST_ROLLBACK", "TRUST_SIGNATURE_INVALID"]).toContain(next.outcome);
    },
  );
});
