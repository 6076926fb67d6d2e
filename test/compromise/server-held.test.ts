import { describe, expect, it } from "vitest";
import { STUB_PRODUCT } from "#test/fakes/control-plane-stub-releases.ts";
import { AttackedWorld } from "./attacker/attacked-world.ts";
import { note } from "./outcomes.ts";

describe("server-held keys", () => {
  it("protect nobody from whoever has the server, and nothing claims that they do", async () => {
    const world = await AttackedWorld.start("server-held");
    world.publish("1.0.0");
    const host = await world.host();
    const forged = world.forge("1.0.1");
    // The keys lie on the server: what the attacker signs with them is signed.
    world.repository.addTarget(STUB_PRODUCT, forged.path, forged.manifest);
    const { outcome } = await host.order(forged);
    await note("has every key, as of a control plane with server-held keys", `${outcome} (that mode promises nothing against it)`);
    expect(outcome).toBe("installed");
  });
});
