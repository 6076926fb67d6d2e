import { describe, expect, it } from "vitest";
import { LiveNotices } from "#main/control-plane/link/live-notices.ts";
import { fakeClock } from "#test/fakes/clock.ts";
import { quietLogger } from "#test/fakes/quiet-logger.ts";
import { openLinkFixture } from "./link-fixture.ts";

describe("live notices of the link", () => {
  it("are written together, in order, and a crowd of hosts as one", async () => {
    const fixture = await openLinkFixture();
    const told: { topic: string; ids: Record<string, string> }[] = [];
    fixture.store.onCommitted((events) => told.push(...events.map(({ event }) => ({ topic: event.topic, ids: event.ids }))));
    const notices = new LiveNotices(fixture.store, fakeClock(), quietLogger());
    notices.add({ topic: "command.acknowledged", ids: { hostId: "a", commandId: "c" }, fleetId: "f" });
    for (let host = 0; host < 60; host += 1) notices.add({ topic: "host.connected", ids: { hostId: String(host) }, fleetId: "f" });
    notices.add({ topic: "host.connected", ids: { hostId: "alone" }, fleetId: "g" });
    await notices.flush();
    expect(told).toEqual([
      { topic: "command.acknowledged", ids: { hostId: "a", commandId: "c" } },
      { topic: "host.connected", ids: {} },
      { topic: "host.connected", ids: { hostId: "alone" } },
    ]);
  });
});
