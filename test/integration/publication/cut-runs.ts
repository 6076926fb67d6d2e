import type { CuttingRelay } from "#test/fakes/cutting-relay.ts";
import { seedOfRun, seededBytes, seededRandom } from "#test/builders/seeded-random.ts";
import type { PublicationFixture } from "./publication-fixture.ts";

/** How many cuts a target must survive, and how many of them one publication meets at most. */
const CUTS = 200;
const CUTS_PER_RELEASE = 5;

/** How often the cutter looks whether its last cut has happened. */
const LOOK_MS = 2;

/** A release that was published while its connections were cut. */
export type CutRelease = { readonly version: string; readonly releaseId: string; readonly files: Readonly<Record<string, Uint8Array>> };

/**
 * Publishes releases until {@link CUTS} connections were cut, each at a random byte of a random direction. Nobody helps:
 * every release must come to its end by the pipeline alone.
 *
 * @param relays where connections are cut, the busiest first; each cut picks one.
 */
export async function publishUnderCuts(
  fixture: PublicationFixture,
  storeId: string,
  relays: readonly CuttingRelay[],
): Promise<readonly CutRelease[]> {
  const seed = seedOfRun();
  console.info(`cuts with ROLLCALL_TEST_SEED=${seed}`);
  const random = seededRandom(seed);
  const cutter = new Cutter(relays, random);
  const published: CutRelease[] = [];
  while (cutter.cuts < CUTS) {
    const files = { "web-amd64": seededBytes(random, 20_000), "web-arm64": seededBytes(random, 3000) };
    const version = `1.0.${published.length}`;
    const draft = await fixture.draft(version, files);
    cutter.begin(Math.min(CUTS, (published.length + 1) * CUTS_PER_RELEASE));
    await fixture.client.releases.publish({ releaseId: draft.id, storeIds: [storeId] });
    const ended = await fixture.reached(draft.id, storeId, "completed", "failed");
    cutter.end();
    if (ended.state === "failed") throw new Error(`${version} failed: ${ended.message} (seed ${seed})`);
    published.push({ version, releaseId: draft.id, files });
  }
  return published;
}

/** Keeps one cut armed until there were enough. */
class Cutter {
  readonly #relays: readonly CuttingRelay[];
  readonly #random: () => number;
  #armedAt = -1;
  #timer: NodeJS.Timeout | undefined;

  constructor(relays: readonly CuttingRelay[], random: () => number) {
    this.#relays = relays;
    this.#random = random;
  }

  get cuts(): number {
    return this.#relays.reduce((sum, relay) => sum + relay.cuts, 0);
  }

  begin(upTo: number): void {
    const look = (): void => {
      if (this.cuts === this.#armedAt) return;
      this.#armedAt = this.cuts;
      if (this.cuts < upTo) this.#arm();
    };
    this.#armedAt = -1;
    look();
    this.#timer = setInterval(look, LOOK_MS);
  }

  end(): void {
    clearInterval(this.#timer);
    for (const relay of this.#relays) relay.disarm();
  }

  #arm(): void {
    for (const relay of this.#relays) relay.disarm();
    // Squared, so that the first relays, through which most goes, are cut most.
    const relay = this.#relays[Math.floor(this.#random() ** 2 * this.#relays.length)];
    const direction = this.#random() < 0.6 ? "up" : "down";
    const afterBytes = Math.floor(this.#random() * (direction === "up" ? 8000 : 4000));
    relay?.arm({ direction, afterBytes, scope: this.#random() < 0.3 ? "all" : "connection" });
  }
}
