import { beforeEach, describe, expect, it } from "vitest";
import { systemIds } from "#main/adapters/system/system-ids.ts";
import type { Store } from "#main/control-plane/db/store.ts";
import { Timers } from "#main/control-plane/jobs/timers.ts";
import type { Logger } from "#main/control-plane/ports/logger.ts";
import { openTestStore } from "#test/builders/open-test-store.ts";
import { tempFolder } from "#test/builders/temp-folder.ts";
import { fakeClock } from "#test/fakes/clock.ts";

const silent: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silent,
};
const clock = fakeClock();
let folder: string;

beforeEach(async () => {
  folder = await tempFolder();
});

/** Opens the same data again, as a started process does. */
async function open(
  fired: string[],
  onFire: () => Promise<void> = () => Promise.resolve(),
): Promise<{ store: Store; timers: Timers; done: (count: number) => Promise<void> }> {
  const store = await openTestStore(folder, clock);
  const timers = new Timers(store, clock, systemIds, silent);
  const waiting: { count: number; resolve: () => void }[] = [];
  timers.on("wake", async (subject) => {
    await onFire();
    fired.push(subject);
    for (const one of waiting.filter((wait) => fired.length >= wait.count)) one.resolve();
  });
  return {
    store,
    timers,
    done: (count) => (fired.length >= count ? Promise.resolve() : new Promise((resolve) => waiting.push({ count, resolve }))),
  };
}

describe("durable timers", () => {
  it("fire after their time, the earliest first, and once", async () => {
    const fired: string[] = [];
    const { store, timers, done } = await open(fired);
    timers.start();
    await store.write(async (unit) => {
      await timers.schedule(unit, "wake", "late", unit.now + 2000);
      await timers.schedule(unit, "wake", "early", unit.now + 1000);
    });
    await timers.stop();
    expect(fired).toEqual([]);
    clock.advance(5000);
    timers.start();
    await done(2);
    await timers.stop();
    expect(fired).toEqual(["early", "late"]);
    expect(await store.read.selectFrom("timers").selectAll().execute()).toEqual([]);
    await store.close();
  });

  it("survive the process: what came due meanwhile fires on the next start", async () => {
    const before = await open([]);
    await before.store.write((unit) => before.timers.schedule(unit, "wake", "a", unit.now + 60_000));
    await before.store.close();
    clock.sleep(3_600_000);
    const fired: string[] = [];
    const { store, timers, done } = await open(fired);
    timers.start();
    await done(1);
    await timers.stop();
    expect(fired).toEqual(["a"]);
    await store.close();
  });

  it("try again after a failure without losing the deadline", async () => {
    const fired: string[] = [];
    let failures = 1;
    const { store, timers, done } = await open(fired, () =>
      failures-- > 0 ? Promise.reject(new RangeError("not now")) : Promise.resolve(),
    );
    await store.write((unit) => timers.schedule(unit, "wake", "a", unit.now));
    timers.start();
    await timers.stop();
    expect(fired).toEqual([]);
    expect(await store.read.selectFrom("timers").select("dueAt").execute()).toEqual([{ dueAt: clock.now() + 5000 }]);
    clock.advance(5000);
    timers.start();
    await done(1);
    await timers.stop();
    await store.close();
  });

  it("keep the later setting of the same subject", async () => {
    const { store, timers } = await open([]);
    await store.write((unit) => timers.schedule(unit, "wake", "a", unit.now + 1));
    await store.write((unit) => timers.schedule(unit, "wake", "a", unit.now + 9));
    expect(await store.read.selectFrom("timers").select("dueAt").execute()).toEqual([{ dueAt: clock.now() + 9 }]);
    await store.write((unit) => timers.cancel(unit, "wake", "a"));
    expect(await store.read.selectFrom("timers").selectAll().execute()).toEqual([]);
    await store.close();
  });
});
