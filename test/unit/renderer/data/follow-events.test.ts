import { describe, expect, it } from "vitest";
import { followEvents, retryWaitMs, type EventSource } from "#renderer/data/follow-events.ts";
import type { LiveEvent } from "#shared/contract/system.ts";

const event = (sequence: number): LiveEvent => ({ sequence, at: 0, topic: "host.changed", ids: {} });

/** Plays one list of events per connection; after the last connection it stops following. */
function player(connections: readonly (readonly LiveEvent[] | "refused")[]) {
  const ended = new AbortController();
  const asked: (number | undefined)[] = [];
  const log: string[] = [];
  const source: EventSource = {
    open: async (after) => {
      const connection = connections[asked.length];
      asked.push(after);
      if (connection === undefined) ended.abort();
      if (connection === undefined || connection === "refused") throw new TypeError("refused");
      return (async function* () {
        yield* connection;
      })();
    },
    onOpen: (resumed) => log.push(resumed ? "resumed" : "fresh"),
    onEvent: ({ sequence }) => log.push(`event ${sequence}`),
    onLost: () => false,
    wait: async () => undefined,
    random: () => 0,
  };
  return { source, ended, asked, log };
}

describe("the live feed", () => {
  it("resumes after the last sequence it saw", async () => {
    const { source, ended, asked, log } = player([[event(4), event(5)], "refused", [event(6)]]);
    await followEvents(source, ended.signal);
    expect(asked).toEqual([undefined, 5, 5, 6]);
    expect(log).toEqual(["fresh", "event 4", "event 5", "resumed", "event 6"]);
  });

  it("says that everything must be read again when it has no sequence to resume from", async () => {
    const { source, ended, log } = player([[], []]);
    await followEvents(source, ended.signal);
    expect(log).toEqual(["fresh", "fresh"]);
  });

  it("stops for good when told so", async () => {
    const { source, ended, asked } = player(["refused", []]);
    await followEvents({ ...source, onLost: () => true }, ended.signal);
    expect(asked).toEqual([undefined]);
  });
});

describe("waiting before the next attempt", () => {
  it("doubles up to ten seconds, at least half of it", () => {
    expect([0, 1, 2, 3].map((attempt) => retryWaitMs(attempt, 1))).toEqual([500, 1000, 2000, 4000]);
    expect(retryWaitMs(30, 1)).toBe(10_000);
    expect(retryWaitMs(30, 0)).toBe(5000);
  });
});
