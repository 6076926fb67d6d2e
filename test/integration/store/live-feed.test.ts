import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { LiveEvent } from "#shared/contract/system.ts";
import { fleetId } from "#shared/lib/ids.ts";
import type { Store } from "#main/control-plane/db/store.ts";
import { followEvents, KEPT_EVENTS, pruneEvents } from "#main/control-plane/live/live-feed.ts";
import { openTestStore } from "#test/builders/open-test-store.ts";
import { tempFolder } from "#test/builders/temp-folder.ts";

const MINE = fleetId.parse("0195a000-0000-4000-8000-000000000001");
const OTHER = "0195a000-0000-4000-8000-000000000002";
let store: Store;

beforeEach(async () => {
  store = await openTestStore(await tempFolder());
});
afterEach(() => store.close());

async function emit(count: number, fleet?: string): Promise<void> {
  await store.write((unit) => {
    for (let index = 0; index < count; index += 1)
      unit.emit({ topic: "thing.done", ids: {}, ...(fleet === undefined ? {} : { fleetId: fleet }) });
    return Promise.resolve();
  });
}

async function take(feed: AsyncGenerator<LiveEvent>, count: number): Promise<(number | string)[]> {
  const got: (number | string)[] = [];
  while (got.length < count) {
    const next = await feed.next();
    if (next.done === true) break;
    got.push(next.value.topic === "live.restarted" ? "restarted" : next.value.sequence);
  }
  return got;
}

describe("following the live feed", () => {
  it("goes on behind the given sequence without a gap or a repetition", async () => {
    await emit(5);
    const feed = followEvents(store, "all", 2, undefined);
    const first = await take(feed, 1);
    await emit(2);
    expect([...first, ...(await take(feed, 4))]).toEqual([3, 4, 5, 6, 7]);
    await feed.return(undefined);
  });

  it("shows a fleet's events to those who may see the fleet alone", async () => {
    const feed = followEvents(store, [MINE], 0, undefined);
    await emit(1, OTHER);
    await emit(1);
    await emit(1, MINE);
    expect(await take(feed, 2)).toEqual([2, 3]);
    await feed.return(undefined);
  });

  it("says that everything must be read again when the log no longer reaches back", async () => {
    await emit(3);
    await store.write((unit) => unit.db.deleteFrom("liveEvents").where("sequence", "<=", 2).execute());
    const feed = followEvents(store, "all", 1, undefined);
    expect(await take(feed, 1)).toEqual(["restarted"]);
    await emit(1);
    expect(await take(feed, 1)).toEqual([4]);
    await feed.return(undefined);
  });

  it("says so, too, when the client knows more than this log, as after a restore", async () => {
    await emit(1);
    const feed = followEvents(store, "all", 900, undefined);
    expect(await take(feed, 1)).toEqual(["restarted"]);
    await feed.return(undefined);
  });

  it("tells a client that reads too slowly to start over, instead of growing", async () => {
    const feed = followEvents(store, "all", undefined, undefined);
    const first = feed.next();
    await emit(1);
    await first;
    for (let round = 0; round < 6; round += 1) await emit(1000);
    expect(await take(feed, 1)).toEqual(["restarted"]);
    await feed.return(undefined);
  });

  it("ends when the reader goes away", async () => {
    const stop = new AbortController();
    const feed = followEvents(store, "all", undefined, stop.signal);
    const pending = feed.next();
    stop.abort();
    expect((await pending).done).toBe(true);
  });

  it("forgets only events that nobody resumes from", async () => {
    await emit(2);
    await pruneEvents(store);
    expect(await store.read.selectFrom("liveEvents").selectAll().execute()).toHaveLength(2);
    for (let emitted = 0; emitted < KEPT_EVENTS; emitted += 1000) await emit(1000);
    await pruneEvents(store);
    const [oldest] = await store.read.selectFrom("liveEvents").select("sequence").orderBy("sequence").limit(1).execute();
    expect(oldest?.sequence).toBe(store.lastEventSequence() - KEPT_EVENTS + 1);
  });
});
