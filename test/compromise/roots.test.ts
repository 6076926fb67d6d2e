import { describe, expect, it } from "vitest";
import { STUB_PRODUCT } from "#test/fakes/control-plane-stub-releases.ts";
import {
  DAY_MS,
  makeKey,
  makeKeys,
  requestPath,
  writeRoot,
  writeTargets,
  type RoleKeys,
  type SigningKey,
} from "#test/fakes/tuf-documents.ts";
import { AttackedWorld, TWO_OF_THREE } from "./attacker/attacked-world.ts";
import { note } from "./outcomes.ts";

/** A whole repository of the attacker's own, one root above what hosts trust. */
function takeOver(world: AttackedWorld, signers: readonly SigningKey[]) {
  const forged = world.forge("6.6.6");
  const mine = makeKeys(1);
  const keys: Record<"root" | "targets" | "snapshot" | "timestamp", RoleKeys> = {
    root: mine,
    targets: mine,
    snapshot: world.repository.keys.snapshot,
    timestamp: world.repository.keys.timestamp,
  };
  const version = world.repository.version("root") + 1;
  const root = writeRoot({ version, lifetimeMs: 90 * DAY_MS, signers: [...mine.keys, ...signers] }, keys);
  world.server.lies.set(root.name, root.bytes);
  const draft = { version: 9, lifetimeMs: 90 * DAY_MS, signers: mine.keys };
  const targets = writeTargets("targets", draft, new Map(), new Map([[STUB_PRODUCT, mine]]));
  const role = writeTargets(STUB_PRODUCT, draft, new Map([[forged.path, forged.manifest]]));
  world.server.lies.set(requestPath(forged.path, forged.manifest), forged.manifest);
  world.signOnline(new Map([["targets", targets] as const, [STUB_PRODUCT, role] as const]));
  return forged;
}

describe("an attacker who makes a new root", () => {
  it.each<readonly [string, (world: AttackedWorld) => readonly SigningKey[]]>([
    ["with the online keys", (world) => Object.values(world.onlineKeys)],
    ["with k-1 operators' keys", (world) => [world.stolenOperatorKey]],
    ["with nobody's keys but their own", () => []],
  ])("%s brings nothing to a host, new or old", async (name, signers) => {
    const world = await AttackedWorld.start();
    const good = world.publish("1.0.0");
    const [old, fresh] = [await world.host(), await world.host()];
    expect((await old.order(good)).outcome).toBe("installed");
    const forged = takeOver(world, signers(world));
    const [first, second] = [await old.order(forged), await fresh.order(forged)];
    await note(`makes a new root ${name}`, first.outcome);
    expect([first.outcome, second.outcome]).toEqual(["TRUST_SIGNATURE_INVALID", "TRUST_SIGNATURE_INVALID"]);
    expect(await fresh.holds(forged.digest)).toBe(false);
  });

  it("with the server's key from before the takeover misleads no host whose token pins a later root", async () => {
    const world = await AttackedWorld.start();
    const serverKey = makeKey();
    // The takeover: root 2 is signed by the server's old key and by the operators; tokens pin it from then on.
    const operators = world.repository.keys;
    const one: RoleKeys = { keys: [serverKey], threshold: 1 };
    const before = writeRoot({ version: 1, lifetimeMs: 730 * DAY_MS, signers: [serverKey] }, { ...operators, root: one, targets: one });
    const after = writeRoot({ version: 2, lifetimeMs: 730 * DAY_MS, signers: [serverKey, ...world.repository.operatorKeys] }, operators);
    for (const { name, bytes } of [before, after]) world.repository.metadata.set(name, bytes);
    const good = world.publish("1.0.0");
    const { VictimHost } = await import("./attacker/victim-host.ts");
    const { tempFolder } = await import("#test/builders/temp-folder.ts");
    const [walked, pinned] = [
      new VictimHost(await tempFolder(), world.server.url, before.bytes),
      new VictimHost(await tempFolder(), world.server.url, after.bytes),
    ];
    for (const host of [walked, pinned]) expect((await host.order(good)).outcome).toBe("installed");
    const forged = takeOver(world, [serverKey]);
    // What the old key signs once more as root 2 reaches nobody who is there already.
    const evil = world.server.lies.get("2.root.json");
    if (evil !== undefined) world.server.lies.set("3.root.json", evil);
    const outcomes = [(await walked.order(forged)).outcome, (await pinned.order(forged)).outcome];
    await note("makes a new root with the server's key from before the takeover", outcomes.join(", "));
    expect(outcomes).toEqual(["TRUST_SIGNATURE_INVALID", "TRUST_SIGNATURE_INVALID"]);
  });
});

describe("an attacker who fast-forwards versions with the online keys", () => {
  it("stops hosts, changes nothing on them, and is undone by a root with new online keys", async () => {
    const world = await AttackedWorld.start(TWO_OF_THREE);
    const good = world.publish("1.0.0");
    const host = await world.host();
    expect((await host.order(good)).outcome).toBe("installed");
    world.signOnline(world.signedFiles(), Number.MAX_SAFE_INTEGER);
    const next = world.publish("1.1.0");
    expect((await host.order(next)).outcome).toBe("TRUST_SIGNATURE_INVALID");
    world.server.lies.clear();
    const stopped = await host.order(next);
    await note("fast-forwards snapshot and timestamp", `${stopped.outcome} until operators replace the online keys, then installed`);
    expect(stopped.outcome).toBe("TRUST_ROLLBACK");
    world.repository.replaceOnlineKeys();
    expect((await host.order(next)).outcome).toBe("installed");
  });

  it("does not bring a host back before what it has accepted, when the online keys are stolen again after their replacement", async () => {
    const world = await AttackedWorld.start();
    const old = world.publish("1.0.0");
    const before = world.state();
    world.repository.removeTarget(STUB_PRODUCT, `${STUB_PRODUCT}/1.0.0.json`);
    const good = world.publish("1.1.0");
    const host = await world.host();
    expect((await host.order(good)).outcome).toBe("installed");
    world.repository.replaceOnlineKeys();
    world.signOnline(world.signedFiles(before));
    const { outcome } = await host.order(old);
    await note("replays operators' roles under new online keys", outcome);
    expect(outcome).toBe("TRUST_ROLLBACK");
  });
});
