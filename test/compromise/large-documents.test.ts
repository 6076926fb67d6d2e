import { describe, expect, it } from "vitest";
import { STUB_PRODUCT } from "#test/fakes/control-plane-stub-releases.ts";
import { DAY_MS, writeTargets, type SignedFile } from "#test/fakes/tuf-documents.ts";
import type { AttackedWorld } from "./attacker/attacked-world.ts";
import { endless, grown, MAX_GROWTH_BYTES, starve, twoReleases } from "./attacker/starve.ts";
import { note } from "./outcomes.ts";

const FILE = { length: 1, hashes: { sha256: "a".repeat(64) } };
const draft = (world: AttackedWorld) => ({ version: 90, lifetimeMs: DAY_MS, signers: [world.stolenOperatorKey] });

/** A role that is filled with files up to a length, under the signatures that it had without them. */
function filled({ name, version, bytes }: SignedFile, upTo: number): SignedFile {
  // Why the cast: it was written a moment ago.
  const document = JSON.parse(bytes.toString("utf8")) as { signed: Record<string, object> };
  const each = JSON.stringify(FILE).length + STUB_PRODUCT.length + 20;
  const files = Array.from({ length: Math.floor((upTo - bytes.length) / each) }, (_, number) => [
    `${STUB_PRODUCT}/0.0.${number}.json`,
    FILE,
  ]);
  document.signed["targets"] = Object.fromEntries(files) as object;
  return { name, version, bytes: Buffer.from(JSON.stringify(document)) };
}

/** The application's role, promised by the stolen online keys. */
function promise(world: AttackedWorld, role: SignedFile): void {
  world.signOnline(world.signedFiles().set(STUB_PRODUCT, role));
}

/** A snapshot that names this many roles, none of them the application's. */
function signSnapshot(world: AttackedWorld, count: number): void {
  const role = writeTargets(STUB_PRODUCT, draft(world), new Map());
  world.signOnline(new Map(Array.from({ length: count }, (_, number) => [`${STUB_PRODUCT}.${number}`, role] as const)));
}

/** What reading a document of 5 MB costs, honest or not: its text, what is in it, and its canonical form. */
const MAX_READING_BYTES = 256 * 1024 * 1024;

const ATTACKS: readonly (readonly [string, string, number, (world: AttackedWorld) => void])[] = [
  [
    "an endless role that they promised as the longest that is read",
    "INPUT_TOO_LARGE",
    MAX_GROWTH_BYTES,
    (world) => {
      const longest = { ...writeTargets(STUB_PRODUCT, draft(world), new Map()), bytes: Buffer.alloc(5_000_000) };
      promise(world, longest);
      world.server.lies.set(longest.name, endless);
    },
  ],
  [
    "the longest role that is read, which k-1 operators signed",
    "TRUST_SIGNATURE_INVALID",
    MAX_READING_BYTES,
    (world) => promise(world, filled(writeTargets(STUB_PRODUCT, draft(world), new Map()), 4_990_000)),
  ],
  [
    "a snapshot of as many roles as are read, which they signed themselves",
    "TRUST_ROLLBACK",
    MAX_READING_BYTES,
    (world) => signSnapshot(world, 1999),
  ],
  [
    "a snapshot of more roles than are read, which they signed themselves",
    "INPUT_TOO_LARGE",
    MAX_GROWTH_BYTES,
    (world) => signSnapshot(world, 2500),
  ],
];

describe("an attacker with the online keys", () => {
  // Read as the library does, in the square of the entries, each of these would hold a host for minutes.
  it.each(ATTACKS)("who shows %s is refused within bounded memory and named", async (what, code, maxBytes, attack) => {
    const { world, orders } = await twoReleases();
    const { outcome, message, grownBytes, stalledMs } = await starve(world, orders, () => attack(world));
    await note(`shows ${what}`, `${outcome}, ${grown(grownBytes)}, at most ${stalledMs} ms without a pause`);
    expect(outcome, message).toBe(code);
    expect(grownBytes).toBeLessThanOrEqual(maxBytes);
  });
});
