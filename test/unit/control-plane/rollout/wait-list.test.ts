import { describe, expect, it } from "vitest";
import { WaitList } from "#main/control-plane/rollout/wait-list.ts";
import { holdFor, holdUntil } from "#shared/domain/rollout/hold.ts";
import type { HostId } from "#shared/lib/ids.ts";
import { aHostId, aSubscriptionId } from "#test/builders/rollout-facts.ts";
import { fakeClock } from "#test/fakes/clock.ts";

function open() {
  const clock = fakeClock();
  const woken: HostId[][] = [];
  const list = new WaitList(clock, (hostIds) => woken.push([...hostIds]));
  const until = (code: "window" | "concurrency", inMs: number) => holdUntil(code, "", clock.now() + inMs, clock.now());
  return { clock, woken, list, until };
}

const subscription = aSubscriptionId(1);

describe("hosts that wait for their turn", () => {
  it("are asked when their time comes, and only once", () => {
    const { clock, woken, list, until } = open();
    list.note(subscription, aHostId(1), until("window", 60_000));
    list.note(subscription, aHostId(2), until("window", 90_000));
    clock.advance(59_999);
    expect(woken).toEqual([]);
    clock.advance(1);
    expect(woken).toEqual([[aHostId(1)]]);
    clock.advance(600_000);
    expect(woken).toEqual([[aHostId(1)], [aHostId(2)]]);
  });

  it("are asked for a slot as soon as one is free, in the order in which they came", () => {
    const { woken, list, until } = open();
    list.note(subscription, aHostId(2), until("concurrency", 60_000));
    list.note(subscription, aHostId(1), until("concurrency", 60_000));
    list.note(subscription, aHostId(3), until("window", 60_000));
    list.slotFreed(aSubscriptionId(2));
    list.slotFreed(subscription);
    expect(woken).toEqual([[aHostId(2), aHostId(1)]]);
  });

  it("wait no longer once they were answered otherwise", () => {
    const { clock, woken, list, until } = open();
    list.note(subscription, aHostId(1), until("concurrency", 60_000));
    list.note(subscription, aHostId(1), undefined);
    list.note(subscription, aHostId(2), until("window", 60_000));
    list.note(subscription, aHostId(2), holdFor("paused", "paused by ana"));
    list.slotFreed(subscription);
    clock.advance(600_000);
    expect(woken).toEqual([]);
  });

  it("are asked in portions when there are many", () => {
    const { clock, woken, list, until } = open();
    for (let number = 0; number < 450; number += 1) list.note(subscription, aHostId(number), until("window", 1_000));
    clock.advance(1_000);
    expect(woken.map((portion) => portion.length)).toEqual([200]);
    clock.advance(1_000);
    expect(woken.map((portion) => portion.length)).toEqual([200, 200, 50]);
  });

  it("are forgotten when the engine stops", () => {
    const { clock, woken, list, until } = open();
    list.note(subscription, aHostId(1), until("window", 1_000));
    list.stop();
    clock.advance(10_000);
    expect(woken).toEqual([]);
    expect(clock.pending).toBe(0);
  });
});
