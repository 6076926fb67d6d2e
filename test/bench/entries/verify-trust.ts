import { STUB_PRODUCT, publishTo } from "#test/fakes/control-plane-stub-releases.ts";
import { TufRepository } from "#test/fakes/tuf-repository.ts";
import { keptInMemory, sourceOf, verify } from "#test/compromise/attacker/warm-client.ts";
import type { BenchEntry, Sample } from "../entry.ts";

const ROUNDS = 300;

/** What an agent checks before it fetches a byte, without the wire and the disk. */
export const verifyTrust: BenchEntry = {
  name: "verify/trust",
  about: "root, timestamp, snapshot, targets, the application's role and the manifest of one release, two of three operators, warm",
  unit: "ms",
  budget: { of: "value", is: "at most", limit: 5, source: "publishing and trust" },
  runs: 3,
  measure,
};

async function measure(): Promise<Sample> {
  const repository = new TufRepository({ count: 3, threshold: 2 });
  publishTo(repository, { blobs: new Map() }, { version: "1.0.0", bytes: Buffer.from("service") });
  const [kept, source] = [keptInMemory(new Map()), sourceOf(repository, new Map())];
  const times: number[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const began = performance.now();
    await verify(source, kept, repository.rootBytes, `${STUB_PRODUCT}/1.0.0.json`);
    // The first round keeps everything for the first time.
    if (round > 0) times.push(performance.now() - began);
  }
  return { value: times.toSorted((left, right) => left - right)[ROUNDS / 2] ?? Infinity };
}
