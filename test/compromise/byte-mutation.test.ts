import { describe, expect, it } from "vitest";
import { STUB_PRODUCT } from "#test/fakes/control-plane-stub-releases.ts";
import { writeRoot, type SignedFile } from "#test/fakes/tuf-documents.ts";
import { AttackedWorld, newestOf } from "./attacker/attacked-world.ts";
import { believedOf } from "./attacker/believed-of.ts";
import { seededRandom } from "#test/builders/seeded-random.ts";
import { isExhaustive, positions, SEED } from "./attacker/extent.ts";
import { mutate, type Mutant } from "./attacker/trial.ts";
import { keptInMemory, sourceOf, verify } from "./attacker/warm-client.ts";
import { note } from "./outcomes.ts";

const PATH = `${STUB_PRODUCT}/1.0.0.json`;
const ROLES = ["root", "timestamp", "snapshot", "targets", STUB_PRODUCT] as const;
const SAMPLE = 150;
/** Above this one bit of each byte is enough to keep an exhaustive run within minutes. */
const LARGE_BYTES = 16_384;

type Mutated = { readonly tried: number; readonly accepted: readonly Buffer[] };

/** A world whose root has one successor, since only a new root is ever fetched. */
async function aWorld(releases = 1) {
  const world = await AttackedWorld.start();
  for (let number = 0; number < releases; number += 1)
    world.repository.stage(STUB_PRODUCT, `${STUB_PRODUCT}/0.0.${number}.json`, Buffer.from(`{"number":${number}}`));
  world.publish("1.0.0");
  world.repository.replaceOnlineKeys();
  return world;
}

function fileOf(world: AttackedWorld, role: string): SignedFile {
  return role === "timestamp"
    ? { name: "timestamp.json", version: 0, bytes: world.repository.file("timestamp") }
    : newestOf(world.repository.metadata, role);
}

/** What a host keeps that lacks this role alone, so that the mutated file is what it has to judge. */
function keptWithout(world: AttackedWorld, role: string): ReadonlyMap<string, Buffer> {
  const kept = new Map(ROLES.map((one) => [one as string, fileOf(world, one).bytes]));
  kept.delete(role);
  if (role === "root") kept.delete("timestamp");
  return kept;
}

/** Flips bits of one file, byte by byte, and counts what is believed. */
async function mutateAll(world: AttackedWorld, name: string, bytes: Buffer, kept: ReadonlyMap<string, Buffer>): Promise<Mutated> {
  const random = seededRandom(SEED);
  const mutants = positions(bytes.length, SAMPLE, random).flatMap((position): readonly Mutant[] => {
    const any = 1 << Math.floor(random() * 8);
    // The case bit goes first: hex digits and letters stay what parsers take.
    return bytes.length > LARGE_BYTES || any === 0x20
      ? [{ position, bits: any }]
      : [
          { position, bits: 0x20 },
          { position, bits: any },
        ];
  });
  const { metadata, targets, rootBytes: trustRoot } = world.repository;
  const accepted = await believedOf({ name, bytes, metadata, targets, kept, trustRoot, path: PATH }, mutants);
  return { tried: mutants.length, accepted: accepted.map((mutant) => mutate(bytes, mutant)) };
}

async function untouchedIsAccepted(world: AttackedWorld, kept: ReadonlyMap<string, Buffer>): Promise<void> {
  await verify(sourceOf(world.repository, new Map()), keptInMemory(kept), world.repository.rootBytes, PATH);
}

describe("a signed file with any byte changed", () => {
  it.each(ROLES)("is not believed: %s", async (role) => {
    const world = await aWorld();
    const { name, bytes } = fileOf(world, role);
    await untouchedIsAccepted(world, keptWithout(world, role));
    const { tried, accepted } = await mutateAll(world, name, bytes, keptWithout(world, role));
    await note(`changes a byte of ${role} (${bytes.length} bytes)`, `${accepted.length} of ${tried} accepted, seed ${SEED}`);
    expect(accepted).toEqual([]);
  });

  it("is not believed: a release manifest", async () => {
    const world = await aWorld();
    const [path, bytes] = [...world.repository.targets].find(([name]) => name.endsWith(".1.0.0.json")) ?? ["", Buffer.alloc(0)];
    const { tried, accepted } = await mutateAll(world, path, bytes, keptWithout(world, ""));
    await note(`changes a byte of the manifest (${bytes.length} bytes)`, `${accepted.length} of ${tried} accepted, seed ${SEED}`);
    expect(accepted).toEqual([]);
  });

  it(
    "is not believed: a role of 64 KiB",
    async () => {
      const world = await aWorld(490);
      const { name, bytes } = fileOf(world, STUB_PRODUCT);
      expect(bytes.length).toBeGreaterThan(60_000);
      const { tried, accepted } = await mutateAll(world, name, bytes, keptWithout(world, STUB_PRODUCT));
      await note(`changes a byte of a role of ${bytes.length} bytes`, `${accepted.length} of ${tried} accepted, seed ${SEED}`);
      expect(accepted).toEqual([]);
    },
    isExhaustive ? 1_800_000 : 120_000,
  );

  it("is believed only in a signature beyond those that must be there, with the content unchanged", async () => {
    const world = await aWorld();
    const { repository } = world;
    const version = repository.version("root");
    const surplus = writeRoot({ version, lifetimeMs: 86_400_000, signers: repository.operatorKeys }, repository.keys);
    repository.metadata.set(surplus.name, surplus.bytes);
    const { tried, accepted } = await mutateAll(world, surplus.name, surplus.bytes, keptWithout(world, "root"));
    const signed = (bytes: Buffer): unknown => (JSON.parse(bytes.toString("utf8")) as { signed: unknown }).signed;
    await note(
      "changes a byte of a root with a surplus signature",
      `${accepted.length} of ${tried} accepted, all in surplus signatures, content unchanged`,
    );
    expect(accepted.map(signed)).toEqual(accepted.map(() => signed(surplus.bytes)));
  });

  it.each<readonly [string, (text: string) => string]>([
    ["white space", (text) => text.replace('{"signatures"', '{ "signatures"').replace(/}$/, "}\n")],
    ["a further member of the envelope", (text) => text.replace(/}$/, ',"comment":"harmless"}')],
    ["upper-case signatures", (text) => text.replace(/"sig":"[0-9a-f]+"/g, (one) => `"sig":"${one.slice(7, -1).toUpperCase()}"`)],
    ["a second signed part", (text) => text.replace(/}$/, `,"signed":${JSON.stringify({ _type: "timestamp", version: 99 })}}`)],
    ["bytes that are no UTF-8", (text) => text.replace('"timestamp"', `"time${"\uFFFD"}stamp"`)],
  ])("is taken in no other form than its content allows: %s", async (what, change) => {
    const world = await aWorld();
    const { name, bytes } = fileOf(world, "timestamp");
    const changed = Buffer.from(change(bytes.toString("utf8")));
    const kept = keptInMemory(keptWithout(world, "timestamp"));
    const outcome = await verify(sourceOf(world.repository, new Map([[name, changed]])), kept, world.repository.rootBytes, PATH).then(
      () => "accepted",
      () => "refused",
    );
    // White space between tokens is the one reformatting that says the same; it changes neither content nor signatures.
    expect(outcome).toBe(what === "white space" ? "accepted" : "refused");
  });
});
