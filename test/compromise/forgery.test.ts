import { describe, expect, it } from "vitest";
import { STUB_PRODUCT } from "#test/fakes/control-plane-stub-releases.ts";
import { DAY_MS, makeKeys, requestPath, writeTargets, type SignedFile, type SigningKey } from "#test/fakes/tuf-documents.ts";
import { AttackedWorld } from "./attacker/attacked-world.ts";
import type { Order } from "./attacker/victim-host.ts";
import { note } from "./outcomes.ts";

type Forged = Order & { readonly manifest: Buffer; readonly path: string };
type Attack = (world: AttackedWorld, forged: Forged) => void;

const draft = (version: number, signers: readonly SigningKey[]) => ({ version, lifetimeMs: 30 * DAY_MS, signers });

function serveRole(world: AttackedWorld, role: string, file: SignedFile, forged: Forged): void {
  world.server.lies.set(requestPath(forged.path, forged.manifest), forged.manifest);
  world.signOnline(world.signedFiles().set(role, file));
}

/** The application's role names the forged release. */
const applicationRole =
  (signers: (world: AttackedWorld) => readonly SigningKey[]): Attack =>
  (world, forged) => {
    const files = new Map([[forged.path, forged.manifest]]);
    serveRole(world, STUB_PRODUCT, writeTargets(STUB_PRODUCT, draft(9, signers(world)), files), forged);
  };

/** The same key under a second id, so that one signature looks like two. */
function twice({ key, privateKey }: SigningKey): readonly SigningKey[] {
  const copy = Object.create(key, { keyID: { value: "f".repeat(64) } }) as SigningKey["key"];
  return [
    { key, privateKey },
    { key: copy, privateKey },
  ];
}

const ATTACKS: readonly (readonly [string, Attack])[] = [
  ["orders a release that nobody signed", () => undefined],
  ["signs an application role with the online keys", applicationRole((world) => Object.values(world.onlineKeys))],
  ["signs an application role with k-1 operators' keys", applicationRole((world) => [world.stolenOperatorKey])],
  ["signs with one operator's key under two ids", applicationRole((world) => twice(world.stolenOperatorKey))],
  ["signs with k-1 operators' keys and keys of their own", applicationRole((world) => [world.stolenOperatorKey, ...makeKeys(3).keys])],
  [
    "signs the top-level role with k-1 operators' keys",
    (world, forged) => {
      const files = new Map([[forged.path, forged.manifest]]);
      serveRole(world, "targets", writeTargets("targets", draft(9, [world.stolenOperatorKey]), files), forged);
    },
  ],
  [
    "delegates the application to keys of their own",
    (world, forged) => {
      const own = makeKeys(1);
      const targets = writeTargets("targets", draft(9, [world.stolenOperatorKey]), new Map(), new Map([[STUB_PRODUCT, own]]));
      const role = writeTargets(STUB_PRODUCT, draft(9, own.keys), new Map([[forged.path, forged.manifest]]));
      serveRole(world, STUB_PRODUCT, role, forged);
      world.signOnline(new Map([["targets", targets] as const, [STUB_PRODUCT, role] as const]));
    },
  ],
  [
    "serves a manifest of their own in the place of a signed one",
    (world, forged) => {
      for (const path of world.repository.targets.keys()) world.server.lies.set(path, forged.manifest);
    },
  ],
];

describe("an attacker with the control plane, its online keys and k-1 operators' keys", () => {
  it.each(ATTACKS)("who %s installs nothing", async (name, attack) => {
    const world = await AttackedWorld.start();
    const good = world.publish("1.0.0");
    const host = await world.host();
    expect((await host.order(good)).outcome).toBe("installed");
    const forged = world.forge("1.0.1");
    attack(world, forged);
    const { outcome, message } = await host.order(forged);
    await note(name, outcome);
    expect(outcome, message).toBe("TRUST_SIGNATURE_INVALID");
    expect(await host.holds(forged.digest)).toBe(false);
    expect(world.server.seen.some(({ path }) => path.includes(forged.digest) && path.startsWith("/v2/"))).toBe(false);
    expect(await host.holds(good.digest)).toBe(true);
  });

  it.each<readonly [string, (world: AttackedWorld, good: Order) => Partial<Order>, string]>([
    ["alters the bytes of a signed release", (world, good) => alter(world, good), "ARTIFACT_DIGEST_MISMATCH"],
    ["orders other bytes under a signed release", (world) => bytesOf(world.forge("1.0.0")), "ARTIFACT_DIGEST_MISMATCH"],
    ["orders a signed version as another release", (world) => ({ releaseId: world.forge("1.0.0").releaseId }), "TRUST_SIGNATURE_INVALID"],
    [
      "orders a release as another application's",
      () => ({ applicationId: "7d0b8a52-3f0e-4f7c-9a55-6f1f1d0c9b99" }),
      "TRUST_SIGNATURE_INVALID",
    ],
    ["orders a release under another product's name", () => ({ productId: "org.example.other" }), "TRUST_SIGNATURE_INVALID"],
  ])("who %s installs nothing", async (name, attack, code) => {
    const world = await AttackedWorld.start();
    const good = world.publish("1.0.0");
    const host = await world.host();
    const { outcome, message } = await host.order({ ...good, ...attack(world, good) });
    await note(name, outcome);
    expect(outcome, message).toBe(code);
    expect(await host.holds(good.digest)).toBe(false);
  });

  it("who lets another application's operators sign for this one installs nothing", async () => {
    const world = await AttackedWorld.start();
    const good = world.publish("1.0.0");
    const host = await world.host();
    const forged = world.forge("2.0.0");
    // A real signature of a real role, but of one that has no say over this path.
    world.repository.addTarget("org.example.other", forged.path, forged.manifest);
    const { outcome, message } = await host.order(forged);
    await note("has another application's role name a release of this one", outcome);
    expect(outcome, message).toBe("TRUST_SIGNATURE_INVALID");
    expect((await host.order(good)).outcome).toBe("installed");
  });

  it("who changes the run spec of a signed release installs nothing", async () => {
    const world = await AttackedWorld.start();
    const good = world.publish("1.0.0");
    const host = await world.host();
    for (const [path, bytes] of world.repository.targets)
      world.server.lies.set(path, Buffer.from(bytes.toString("utf8").replace('"{artifact}"', '"{artifact}","--backdoor"')));
    const { outcome, message } = await host.order(good);
    await note("changes the run spec of a signed release", outcome);
    expect(outcome, message).toBe("TRUST_SIGNATURE_INVALID");
    expect(await host.holds(good.digest)).toBe(false);
  });
});

function alter(world: AttackedWorld, good: Order): Partial<Order> {
  const bytes = Buffer.from(world.server.blobs.get(good.digest) ?? "");
  bytes[0] = (bytes[0] ?? 0) ^ 1;
  world.server.lies.set(good.digest, bytes);
  return {};
}

function bytesOf({ digest, sizeBytes }: Order): Partial<Order> {
  return { digest, sizeBytes };
}
