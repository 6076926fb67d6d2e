import { describe, expect, it } from "vitest";
import { EventFeed, type NumberedEvent } from "#main/agent/ipc/event-feed.ts";

function listen(feed: EventFeed, lastId?: string): readonly NumberedEvent[] {
  const heard: NumberedEvent[] = [];
  feed.follow(lastId, (event) => heard.push(event));
  return heard;
}

const told = (feed: EventFeed, count: number): void => {
  for (let index = 0; index < count; index += 1) feed.tell({ type: "health", healthy: index % 2 === 0 });
};

describe("the events of an application", () => {
  it("come to whoever follows, numbered, and what was missed comes first", () => {
    const feed = new EventFeed("boot");
    const from = feed.position;
    const first = listen(feed);
    told(feed, 3);
    expect(first.map(({ id }) => id)).toEqual(["boot.1", "boot.2", "boot.3"]);
    expect(listen(feed, "boot.1").map(({ id }) => id)).toEqual(["boot.2", "boot.3"]);
    expect(listen(feed, from).map(({ id }) => id)).toEqual(["boot.1", "boot.2", "boot.3"]);
    expect(listen(feed, "boot.3")).toEqual([]);
  });

  it("begin with reset when some are forgotten, or were of another run of the agent", () => {
    const feed = new EventFeed("boot");
    told(feed, 300);
    expect(listen(feed, "boot.2")).toEqual([{ id: "boot.300", event: { type: "reset" } }]);
    expect(listen(feed, "earlier.7")).toEqual([{ id: "boot.300", event: { type: "reset" } }]);
    expect(listen(feed, "boot.290")).toHaveLength(10);
  });

  it("stop when nobody follows any more", () => {
    const feed = new EventFeed("boot");
    const heard: NumberedEvent[] = [];
    const stop = feed.follow(undefined, (event) => heard.push(event));
    stop();
    told(feed, 1);
    expect(heard).toEqual([]);
  });
});
