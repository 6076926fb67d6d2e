import { describe, expect, it } from "vitest";
import { createLanes } from "#renderer/data/intake/lanes.ts";
import { readRefusal } from "#renderer/data/intake/send-file.ts";

const idle = new AbortController().signal;

describe("lanes for transfers", () => {
  it("let so many in at a time, the others in the order in which they came", async () => {
    const lanes = createLanes(2);
    const entered: string[] = [];
    const enter = async (name: string) => {
      const leave = await lanes.enter(idle);
      entered.push(name);
      return leave;
    };
    const [first] = await Promise.all([enter("a"), enter("b")]);
    const [third, fourth] = [enter("c"), enter("d")];
    await Promise.resolve();
    expect(entered).toEqual(["a", "b"]);
    first();
    (await third)();
    await fourth;
    expect(entered).toEqual(["a", "b", "c", "d"]);
  });

  it("give a lane back once, however often it is left", async () => {
    const lanes = createLanes(1);
    const leave = await lanes.enter(idle);
    leave();
    leave();
    await lanes.enter(idle);
    const third = new AbortController();
    const waiting = lanes.enter(third.signal);
    third.abort();
    await expect(waiting).rejects.toMatchObject({ code: "CANCELLED" });
  });

  it("pass the turn on when the one that was next gave up", async () => {
    const lanes = createLanes(1);
    const leave = await lanes.enter(idle);
    const gone = new AbortController();
    const second = lanes.enter(gone.signal);
    const third = lanes.enter(idle);
    gone.abort();
    await expect(second).rejects.toMatchObject({ code: "CANCELLED" });
    leave();
    expect(await third).toBeTypeOf("function");
  });
});

describe("what the control plane says to a transfer", () => {
  it("keeps its code and words", () => {
    expect(readRefusal(JSON.stringify({ code: "ENV_DISK_FULL", message: "No room." }))).toMatchObject({
      code: "ENV_DISK_FULL",
      message: "No room.",
    });
  });

  it("is nothing when somebody else answered", () => {
    expect(readRefusal("<html>")).toBeUndefined();
    expect(readRefusal(undefined)).toBeUndefined();
    expect(readRefusal("[]")).toBeUndefined();
  });
});
