import { describe, expect, it } from "vitest";
import { FleetPacer } from "#main/control-plane/serving/fleet-pacer.ts";
import { fakeClock, type FakeClock } from "#test/fakes/clock.ts";

const RATE = 1_000_000;

async function* zeros(total: number): AsyncGenerator<Uint8Array> {
  for (let left = total; left > 0; left -= 300_000) yield await Promise.resolve(new Uint8Array(Math.min(300_000, left)));
}

/** Reads streams side by side and answers how long that took by the clock, and their bytes. */
async function readAll(clock: FakeClock, streams: readonly AsyncIterable<Uint8Array>[]): Promise<{ tookMs: number; bytes: number }> {
  const startedMs = clock.monotonicMs();
  let bytes = 0;
  let open = streams.length;
  const readers = streams.map(async (stream) => {
    for await (const piece of stream) bytes += piece.length;
    open -= 1;
  });
  while (open > 0) {
    await new Promise((resolve) => setImmediate(resolve));
    if (clock.pending > 0) clock.advance(1);
  }
  await Promise.all(readers);
  return { tookMs: clock.monotonicMs() - startedMs, bytes };
}

describe("downloads of a fleet with a rate", () => {
  it("take as long as the rate says, less the burst that a quiet link has saved up", async () => {
    const clock = fakeClock();
    const { tookMs, bytes } = await readAll(clock, [new FleetPacer(clock).pace("a", RATE, zeros(2_000_000))]);
    expect(bytes).toBe(2_000_000);
    expect(tookMs).toBeGreaterThan(1600);
    expect(tookMs).toBeLessThan(1850);
  });

  it("share it: two take twice as long as one", async () => {
    const clock = fakeClock();
    const pacer = new FleetPacer(clock);
    const { tookMs, bytes } = await readAll(clock, [pacer.pace("a", RATE, zeros(1_000_000)), pacer.pace("a", RATE, zeros(1_000_000))]);
    expect(bytes).toBe(2_000_000);
    expect(tookMs).toBeGreaterThan(1600);
  });

  it("do not wait for another fleet", async () => {
    const clock = fakeClock();
    const pacer = new FleetPacer(clock);
    const { tookMs } = await readAll(clock, [pacer.pace("a", RATE, zeros(1_000_000)), pacer.pace("b", RATE, zeros(1_000_000))]);
    expect(tookMs).toBeLessThan(900);
  });

  it("go at the new rate when it was changed", async () => {
    const clock = fakeClock();
    const pacer = new FleetPacer(clock);
    await readAll(clock, [pacer.pace("a", RATE, zeros(1_000_000))]);
    const { tookMs } = await readAll(clock, [pacer.pace("a", 10 * RATE, zeros(10_000_000))]);
    expect(tookMs).toBeGreaterThan(600);
    expect(tookMs).toBeLessThan(950);
  });
});
