import { describe, expect, it } from "vitest";
import { commandItems, thingItems } from "#renderer/app/palette-entries.ts";

const run = () => undefined;

describe("the palette", () => {
  it("says why a command cannot run: no view handles it, its view forbids it, or the role does", () => {
    const items = commandItems({ "rollout.pause": { run, disabledReason: "It is paused already." }, "go.home": { run } }, (id) =>
      id === "go.home" ? "Not for you." : undefined,
    );
    const reason = (id: string) => items.find((item) => item.id === id)?.disabledReason;
    expect(reason("rollout.pause")).toBe("It is paused already.");
    expect(reason("go.home")).toBe("Not for you.");
    expect(reason("rollout.resume")).toContain("another view");
  });

  it("offers things by name with their address", () => {
    const [application, fleet, rollout] = thingItems(
      [{ id: "a", name: "Web", productId: "org.example.web" }],
      [{ id: "f", name: "production" }],
      [{ id: "r", title: "Web 1.5.0", fleetName: "production", state: "running" }],
    );
    expect([application?.href, fleet?.href, rollout?.href]).toEqual(["/applications/a", "/fleets/f", "/rollouts/r"]);
    expect(rollout?.detail).toBe("production · running");
  });
});
