import { describe, expect, it } from "vitest";
import { openControlPlane } from "#test/builders/control-plane.ts";
import { fakeClock } from "#test/fakes/clock.ts";

const DAY_MS = 86_400_000;

describe("the control plane's own timer", () => {
  it("signs timestamp and snapshot again at half of their life, and everything that grew old while it slept", async () => {
    const clock = fakeClock();
    const { trust } = await openControlPlane({ clock });
    // Every look turns the clock a little, so that an alarm set late still rings.
    const versions = () => {
      clock.advance(1);
      return Object.fromEntries(trust.roles().map(({ role, version }) => [role, version]));
    };
    clock.sleep(4 * DAY_MS);
    await expect.poll(versions, { timeout: 20_000 }).toEqual({ root: 1, targets: 1, snapshot: 2, timestamp: 2 });
    clock.sleep(400 * DAY_MS);
    await expect.poll(versions, { timeout: 20_000 }).toEqual({ root: 2, targets: 2, snapshot: 3, timestamp: 3 });
    for (const { expiresAt } of trust.roles()) expect(expiresAt).toBeGreaterThan(clock.now());
  });
});
