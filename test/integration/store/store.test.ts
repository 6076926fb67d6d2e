import { afterEach, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import type { Store, StoredEvent } from "#main/control-plane/db/store.ts";
import { openTestStore } from "#test/builders/open-test-store.ts";
import { tempFolder } from "#test/builders/temp-folder.ts";
import { fakeClock } from "#test/fakes/clock.ts";

let folder: string;
let store: Store;

beforeEach(async () => {
  folder = await tempFolder();
  store = await openTestStore(folder);
});
afterEach(() => store.close());

const put = (key: string, value = "1") =>
  store.hot((raw) => raw.prepare("INSERT INTO settings (key, value) VALUES (?, ?)").run(key, value));
const keys = async (): Promise<string[]> =>
  (await store.read.selectFrom("settings").select("key").orderBy("key").execute()).map((row) => row.key);

describe("a unit of work", () => {
  it("commits rows, audit entries and live events together", async () => {
    const heard: StoredEvent[] = [];
    store.onCommitted((events) => heard.push(...events));
    await store.write(async (unit) => {
      await unit.db.insertInto("settings").values({ key: "a", value: "1" }).execute();
      unit.audit({ actor: "system", action: "thing.done", subject: "thing:a" });
      unit.emit({ topic: "thing.done", ids: { thingId: "a" } });
      expect(heard).toEqual([]);
    });
    expect(await keys()).toEqual(["a"]);
    expect(heard.map((one) => one.event)).toMatchObject([{ sequence: 1, topic: "thing.done", ids: { thingId: "a" } }]);
    expect(await store.read.selectFrom("auditEntries").select(["sequence", "action"]).execute()).toEqual([
      { sequence: 1, action: "thing.done" },
    ]);
  });

  it("leaves nothing behind when it fails, and runs no effect", async () => {
    let effects = 0;
    const failed = store.write(async (unit) => {
      await unit.db.insertInto("settings").values({ key: "a", value: "1" }).execute();
      unit.audit({ actor: "system", action: "thing.done", subject: "thing:a" });
      unit.emit({ topic: "thing.done", ids: {} });
      unit.afterCommit(() => (effects += 1));
      throw new RangeError("changed my mind");
    });
    await expect(failed).rejects.toThrow("changed my mind");
    await store.write(async (unit) => {
      unit.audit({ actor: "system", action: "next.done", subject: "next:b" });
      unit.emit({ topic: "next.done", ids: {} });
      await Promise.resolve();
    });
    expect(await keys()).toEqual([]);
    expect(effects).toBe(0);
    expect(store.lastEventSequence()).toBe(1);
    expect(await store.read.selectFrom("auditEntries").select(["sequence", "action"]).execute()).toEqual([
      { sequence: 1, action: "next.done" },
    ]);
  });

  it("never mixes with a group commit that was asked for while it was open", async () => {
    let hot: Promise<unknown> = Promise.resolve();
    const failed = store.write(async (unit) => {
      await unit.db.insertInto("settings").values({ key: "slow", value: "1" }).execute();
      hot = put("hot");
      await unit.db.selectFrom("settings").selectAll().execute();
      throw new RangeError("undo only me");
    });
    await expect(failed).rejects.toThrow("undo only me");
    await hot;
    expect(await keys()).toEqual(["hot"]);
  });
});

describe("the write queue", () => {
  it("lets urgent work overtake what waits, in its own order", async () => {
    const order: string[] = [];
    const work = (name: string, urgent = false) => store.write(() => Promise.resolve(void order.push(name)), { urgent });
    await Promise.all([work("running"), work("report 1"), work("report 2"), work("pause", true), work("rollback", true)]);
    expect(order).toEqual(["running", "pause", "rollback", "report 1", "report 2"]);
  });

  it("lets urgent work overtake a group commit that still gathers, and nothing else", async () => {
    const order: string[] = [];
    const note = (name: string) => () => void order.push(name);
    const answers = [
      put("report").then(note("report")),
      store.write(() => Promise.resolve()).then(note("rollout")),
      store.write(() => Promise.resolve(), { urgent: true }).then(note("pause")),
    ];
    await Promise.all(answers);
    expect(order).toEqual(["pause", "report", "rollout"]);
  });
});

describe("the group commit", () => {
  it("answers after the commit, and one failure undoes itself alone", async () => {
    await put("taken");
    const results = await Promise.allSettled([put("one"), put("taken"), put("two")]);
    expect(results.map((one) => one.status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(await keys()).toEqual(["one", "taken", "two"]);
  });

  it("takes no longer than a pause can wait: what is left is the next one, in order", async () => {
    const clock = fakeClock();
    const slow = await openTestStore(await tempFolder(), clock);
    onTestFinished(() => slow.close());
    const order: string[] = [];
    const write = (name: string) =>
      slow.hot(() => {
        clock.advance(4);
        order.push(name);
        if (name === "1") void slow.write(() => Promise.resolve(void order.push("pause")), { urgent: true });
      });
    await Promise.all(["1", "2", "3", "4", "5"].map(write));
    expect(order).toEqual(["1", "2", "pause", "3", "4", "5"]);
  });

  it("writes what still gathers before the store closes", async () => {
    const gathering = put("last");
    await store.close();
    await gathering;
    store = await openTestStore(folder);
    expect(await keys()).toEqual(["last"]);
  });

  it("survives a reopening with everything it answered", async () => {
    await Promise.all(Array.from({ length: 500 }, (_, index) => put(`key ${String(index).padStart(3, "0")}`)));
    await store.close();
    store = await openTestStore(folder);
    expect(await keys()).toHaveLength(500);
  });
});
