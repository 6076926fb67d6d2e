import { describe, expect, it } from "vitest";
import { STUB_PRODUCT } from "#test/fakes/control-plane-stub-releases.ts";
import { AttackedWorld, FLEET } from "./attacker/attacked-world.ts";
import { note } from "./outcomes.ts";

describe("an attacker who orders releases that operators have signed", () => {
  it("does not get a host below the signed minimum", async () => {
    const world = await AttackedWorld.start();
    const [old, good] = [world.publish("1.3.9"), world.publish("1.4.0")];
    world.signMinimum("1.4.0");
    const host = await world.host();
    const { outcome, message } = await host.order(old);
    await note("orders a release below the signed minimum", outcome);
    expect(outcome, message).toBe("TRUST_BELOW_MINIMUM");
    expect(await host.holds(old.digest)).toBe(false);
    expect((await host.order(good)).outcome).toBe("installed");
  });

  it("does not get a host back to a kept slot below the minimum, without a network either", async () => {
    const world = await AttackedWorld.start();
    const old = world.publish("1.3.9");
    const host = await world.host();
    expect((await host.order(old)).outcome).toBe("installed");
    const good = world.publish("1.4.0");
    world.signMinimum("1.4.0");
    expect((await host.order(good)).outcome).toBe("installed");
    await world.server.stop();
    const { outcome, message } = await host.order(old);
    await note("rolls back to a kept slot below the minimum, and cuts the network", outcome);
    expect(outcome, message).toBe("TRUST_BELOW_MINIMUM");
    expect((await host.order(good)).outcome).toBe("installed");
  });

  it("does not hide the minimum by withholding its file", async () => {
    const world = await AttackedWorld.start();
    const old = world.publish("1.3.9");
    world.signMinimum("1.4.0");
    const host = await world.host();
    for (const path of world.repository.targets.keys()) if (path.includes(".policy.json")) world.server.lies.set(path, undefined);
    const { outcome } = await host.order(old);
    await note("withholds the signed minimum", outcome);
    expect(outcome).toBe("NOT_FOUND");
    expect(await host.holds(old.digest)).toBe(false);
  });

  it("does not get a product onto hosts of a fleet whose signed list leaves it out", async () => {
    const world = await AttackedWorld.start();
    const good = world.publish("1.0.0");
    world.signAcceptance(["org.example.other"]);
    const [host, elsewhere] = [await world.host({ fleetId: FLEET }), await world.host()];
    const { outcome, message } = await host.order(good);
    await note("orders a product that the fleet's signed list leaves out", outcome);
    expect(outcome, message).toBe("TRUST_NOT_ACCEPTED");
    expect(message).toContain("signed list of this fleet");
    // The list is the fleet's, not the application's: a host of no such fleet takes it.
    expect((await elsewhere.order(good)).outcome).toBe("installed");
    world.signAcceptance([STUB_PRODUCT]);
    expect((await host.order(good)).outcome).toBe("installed");
  });

  it("does not get a product onto a host whose own file leaves it out", async () => {
    const world = await AttackedWorld.start();
    const good = world.publish("1.0.0");
    const host = await world.host({ hostAccepts: () => Promise.resolve(["org.example.other"]) });
    const { outcome, message } = await host.order(good);
    await note("orders a product that the host's own file leaves out", outcome);
    expect(outcome, message).toBe("TRUST_NOT_ACCEPTED");
    expect(message).toContain("own file");
  });
});
