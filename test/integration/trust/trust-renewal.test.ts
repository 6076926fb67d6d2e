import { describe, expect, it } from "vitest";
import { openControlPlane } from "#test/builders/control-plane.ts";
import { fakeClock } from "#test/fakes/clock.ts";

const DAY_MS = 86_400_000;

describe("the control plane's own timer", () => {
  it("signs timestamp and snapshot again at half of their life, and everything that grew old while it slept", async () => {
    const clock = fakeClock();
    const { trust } = await openControlPlane({ clock });
    const versions = () => Object.fromEntries(trust.status().roles.map(({ role, version }) => [role, version]));
    await expect.poll(() => clock.pending).toBeGreaterThan(0);
    clock.advance(4 * DAY_MS);
    await expect.poll(versions).toEqual({ root: 1, targets: 1, snapshot: 2, timestamp: 2 });
    await expect.poll(() => clock.pending).toBeGreaterThan(0);
    clock.sleep(400 * DAY_MS);
    clock.advance(1);
    await expect.poll(versions).toEqual({ root: 2, targets: 2, snapshot: 3, timestamp: 3 });
    for (const { expiresAt } of trust.status().roles) expect(expiresAt).toBeGreaterThan(clock.now());
  });
});
