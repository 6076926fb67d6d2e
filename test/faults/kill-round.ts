import type { StubPublication } from "#test/fakes/control-plane-stub-releases.ts";
import { seededRandom } from "#test/builders/seeded-random.ts";
import { BAD, ONE, TWO } from "./scenarios.ts";

const VICTIMS = ["agent", "application", "agent, then application", "application, then agent"] as const;

/** One round of kills: what is wanted, who is killed then, and how far into an update of ordinary length. */
export type KillRound = {
  readonly number: number;
  readonly wanted: StubPublication;
  readonly victim: (typeof VICTIMS)[number];
  /** 0 is the moment of the order; 1 is when an update that nobody disturbs has ended. */
  readonly moment: number;
};

/** Every third order, about, is for a broken version. */
const BAD_SHARE = 0.3;
/** Some kills fall behind the end. */
const LATEST = 1.2;

/** The rounds that a seed stands for: to and fro between two good versions, with broken ones in between. The first `n` are the same for every count. */
export function killRounds(seed: number, count: number): readonly KillRound[] {
  const random = seededRandom(seed);
  let isOne = true;
  return Array.from({ length: count }, (_, index) => {
    const isBad = random() < BAD_SHARE;
    if (!isBad) isOne = !isOne;
    const victim = VICTIMS[Math.floor(random() * VICTIMS.length)] ?? "agent";
    return { number: index + 1, wanted: isBad ? brokenVersion(index) : isOne ? ONE : TWO, victim, moment: random() * LATEST };
  });
}

/** Another one each time, since a host does not try again what it has reverted. */
function brokenVersion(index: number): StubPublication {
  return { ...BAD, version: `3.0.${index}`, bytes: Buffer.concat([BAD.bytes, Buffer.from(`# ${index}\n`)]) };
}
