import { createRouterClient } from "@orpc/server";
import { describe, expect, it } from "vitest";
import { openControlPlane } from "#test/builders/control-plane.ts";
import { aPrincipal, contextOf } from "#test/builders/open-fleets.ts";
import { fakeClock } from "#test/fakes/clock.ts";

describe("the audit of a running control plane", () => {
  it("is sealed within a minute of every entry, and not again while nothing happens", async () => {
    const clock = fakeClock();
    const plane = await openControlPlane({ clock });
    const client = createRouterClient(plane.router, { context: contextOf(aPrincipal()) });
    const sealed = async () =>
      (await plane.store.read.selectFrom("auditCheckpoints").select("sequence").execute()).map((one) => one.sequence);
    await client.fleets.create({ name: "lab" });
    const [head] = (await client.audit.list({ limit: 1 })).rows;
    await expect
      .poll(async () => {
        clock.advance(10_000);
        return (await sealed()).at(-1);
      })
      .toBe(head!.sequence);
    const before = await sealed();
    for (let minute = 0; minute < 3; minute += 1) {
      clock.advance(60_000);
      await plane.store.write(() => Promise.resolve());
    }
    expect(await sealed()).toEqual(before);
    expect(await client.audit.verify()).toMatchObject({ outcome: "intact", checkpoints: before.length });
  });
});
