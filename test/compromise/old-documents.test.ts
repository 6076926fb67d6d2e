import { afterEach, describe, expect, it, vi } from "vitest";
import { STUB_PRODUCT } from "#test/fakes/control-plane-stub-releases.ts";
import { DAY_MS } from "#test/fakes/tuf-documents.ts";
import { AttackedWorld, newestOf } from "./attacker/attacked-world.ts";
import { note } from "./outcomes.ts";

afterEach(() => void vi.useRealTimers());

/** Only the clock of expiries: timers and sockets stay the machine's. */
function setClock(at: number): void {
  vi.useFakeTimers({ toFake: ["Date"], now: at });
}

describe("a withdrawn release in the hands of an attacker with the online keys", () => {
  it("reaches hosts that never saw the withdrawal, until the operators' signatures end, and no other", async () => {
    const world = await AttackedWorld.start();
    const bad = world.publish("1.1.0");
    const before = world.state();
    world.repository.removeTarget(STUB_PRODUCT, `${STUB_PRODUCT}/1.1.0.json`);
    const good = world.publish("1.0.0");
    const [saw, blind, late] = [await world.host(), await world.host(), await world.host()];
    expect((await saw.order(good)).outcome).toBe("installed");

    world.signOnline(world.signedFiles(before), 99);
    const withdrawn = [(await saw.order(bad)).outcome, (await blind.order(bad)).outcome];
    setClock(Date.now() + 30 * DAY_MS + 1000);
    const after = await late.order(bad);
    await note("replays a withdrawn release to a host that saw the withdrawal", withdrawn[0] ?? "");
    await note("replays a withdrawn release to a host that never saw it", `${withdrawn[1] ?? ""} (the window that is left: 30 days)`);
    await note("replays a withdrawn release after 30 days", after.outcome);
    expect(withdrawn).toEqual(["TRUST_ROLLBACK", "installed"]);
    expect(after.outcome, after.message).toBe("TRUST_METADATA_EXPIRED");
    expect(await late.holds(bad.digest)).toBe(false);
  });

  it("is not gone back to from its kept slot by a host that saw the withdrawal, without a network either", async () => {
    const world = await AttackedWorld.start();
    const bad = world.publish("1.1.0");
    const host = await world.host();
    expect((await host.order(bad)).outcome).toBe("installed");
    world.repository.removeTarget(STUB_PRODUCT, `${STUB_PRODUCT}/1.1.0.json`);
    expect((await host.order(world.publish("1.1.1"))).outcome).toBe("installed");
    await world.server.stop();
    const { outcome, message } = await host.order(bad);
    await note("rolls back to a kept slot of a withdrawn release", outcome);
    expect(outcome, message).toBe("TRUST_SIGNATURE_INVALID");
  });
});

describe("an attacker without the online keys who holds back newer documents", () => {
  it("is found out when the timestamp ends, and the host says since when", async () => {
    const world = await AttackedWorld.start();
    const good = world.publish("1.0.0");
    const [old, fresh] = [await world.host(), await world.host()];
    expect((await old.order(good)).outcome).toBe("installed");
    const next = world.publish("1.1.0");
    const frozen = world.state();
    setClock(Date.now() + 7 * DAY_MS + 1000);
    world.repository.republish();
    world.server.replay(frozen);
    const [first, second] = [await old.order(next), await fresh.order(good)];
    await note("freezes hosts on old documents", first.outcome);
    expect(first.outcome, first.message).toBe("TRUST_METADATA_EXPIRED");
    expect(second.outcome, second.message).toBe("TRUST_METADATA_EXPIRED");
    expect(first.message).toMatch(
      /timestamp expired on \d{4}-\d\d-\d\d \d\d:\d\d UTC; since then the control plane may be holding back newer metadata/,
    );
    world.server.lies.clear();
    expect((await old.order(next)).outcome).toBe("installed");
  });

  it.each(["targets", STUB_PRODUCT] as const)("is found out when %s ends, although snapshot and timestamp are fresh", async (role) => {
    const world = await AttackedWorld.start();
    const good = world.publish("1.0.0");
    const host = await world.host();
    const signed = world.signedFiles();
    setClock(Date.now() + 31 * DAY_MS);
    world.repository.republish();
    const renewed = world.signedFiles();
    world.signOnline(
      new Map([...renewed, [role, newestOf(new Map([...signed.values()].map(({ name, bytes }) => [name, bytes])), role)] as const]),
    );
    const { outcome, message } = await host.order(good);
    expect(outcome, message).toBe("TRUST_METADATA_EXPIRED");
    expect(message).toContain(role);
  });

  it("is told from a wrong clock of the host, whose clock still decides", async () => {
    const world = await AttackedWorld.start();
    const good = world.publish("1.0.0");
    const ahead = 8 * DAY_MS;
    const host = await world.host({ serverOffsetMs: () => -ahead });
    setClock(Date.now() + ahead);
    const { outcome, message } = await host.order(good);
    await note("meets a host whose clock is eight days ahead", outcome);
    expect(outcome, message).toBe("TRUST_CLOCK_WRONG");
    expect(message).toContain("ahead of the control plane's");
    expect(await host.holds(good.digest)).toBe(false);
    vi.useRealTimers();
    expect((await host.order(good)).outcome).toBe("installed");
  });

  it("shows an older state than a host has seen, whole, and is named", async () => {
    const world = await AttackedWorld.start();
    const old = world.publish("1.0.0");
    const before = world.state();
    const good = world.publish("1.1.0");
    const host = await world.host();
    expect((await host.order(good)).outcome).toBe("installed");
    world.server.replay(before);
    const { outcome } = await host.order(old);
    await note("shows an older state, whole", outcome);
    expect(outcome).toBe("TRUST_ROLLBACK");
  });
});
