import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import type { Store } from "#main/control-plane/db/store.ts";
import { openTestStore } from "#test/builders/open-test-store.ts";
import { tempFolder } from "#test/builders/temp-folder.ts";
import { fakeClock } from "#test/fakes/clock.ts";

const LARGE = "x".repeat(100_000);

let store: Store;

beforeEach(async () => {
  store = await openTestStore(await tempFolder());
  onTestFinished(() => store.close());
});

/** Lets the database grow no further, as a full disk does. */
function fill(): void {
  const { page_count: pages } = store.database.raw.prepare("PRAGMA page_count").get() as { page_count: number };
  store.database.raw.prepare(`PRAGMA max_page_count = ${pages}`).get();
}

function makeRoom(): void {
  store.database.raw.prepare("PRAGMA max_page_count = 1000000").get();
}

const write = (key: string) =>
  store.write(async (unit) => {
    unit.audit({ actor: "user:ana", action: "thing.done", subject: `thing:${key}` });
    unit.emit({ topic: "thing.done", ids: { thingId: key } });
    await unit.db.insertInto("settings").values({ key, value: LARGE }).execute();
  });

const hot = (key: string, value: string) =>
  store.hot((raw) => raw.prepare("INSERT INTO settings (key, value) VALUES (?, ?)").run(key, value));

const keys = async (): Promise<string[]> =>
  (await store.read.selectFrom("settings").select("key").orderBy("key").execute()).map((row) => row.key);

describe("a full disk", () => {
  it("fails a unit of work with its code, keeps nothing of it, and the next one goes on where the last good one ended", async () => {
    await write("before");
    fill();
    await expect(write("refused")).rejects.toMatchObject({ code: "ENV_DISK_FULL", retryable: true });
    expect(await keys()).toEqual(["before"]);
    makeRoom();
    await write("after");
    expect(await keys()).toEqual(["after", "before"]);
    const audited = await store.read.selectFrom("auditEntries").select(["sequence", "subject"]).orderBy("sequence").execute();
    expect(audited).toEqual([
      { sequence: 1, subject: "thing:before" },
      { sequence: 2, subject: "thing:after" },
    ]);
    expect(store.lastEventSequence()).toBe(2);
  });

  it("fails a group of writes with its code, and the next group goes through", async () => {
    fill();
    const outcomes = await Promise.allSettled([hot("small", "1"), hot("large", LARGE), hot("other", "2")]);
    const full = { status: "rejected", reason: expect.objectContaining({ code: "ENV_DISK_FULL" }) as unknown };
    expect(outcomes).toEqual([full, full, full]);
    expect(await keys()).toEqual([]);
    makeRoom();
    await Promise.all([hot("small", "1"), hot("large", LARGE), hot("other", "2")]);
    expect(await keys()).toEqual(["large", "other", "small"]);
  });

  it("fails what waits behind such a group, too, so that nothing is written whose predecessor was not", async () => {
    const clock = fakeClock();
    store = await openTestStore(await tempFolder(), clock);
    onTestFinished(() => store.close());
    fill();
    const slowly = (key: string, value: string) =>
      store.hot((raw) => {
        clock.advance(10);
        raw.prepare("INSERT INTO settings (key, value) VALUES (?, ?)").run(key, value);
      });
    const outcomes = await Promise.allSettled([slowly("large", LARGE), slowly("small", "1")]);
    expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(await keys()).toEqual([]);
  });

  it("is what people are told even where SQLite has taken the transaction back by itself", async () => {
    const failing = store.write(async ({ db }) => {
      await db.insertInto("settings").values({ key: "lost", value: "1" }).execute();
      store.database.raw.exec("ROLLBACK");
      fill();
      await db.insertInto("settings").values({ key: "refused", value: LARGE }).execute();
    });
    await expect(failing).rejects.toMatchObject({ code: "ENV_DISK_FULL" });
    expect(await keys()).toEqual([]);
  });
});
