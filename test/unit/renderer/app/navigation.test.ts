import { describe, expect, it } from "vitest";
import { isAt, PLACES } from "#renderer/app/navigation.ts";

const current = (pathname: string) => PLACES.filter((place) => isAt(place, pathname)).map((place) => place.name);

describe("the sidebar", () => {
  it.each([
    ["/", "Home"],
    ["/fleets", "Fleets"],
    ["/fleets/abc", "Fleets"],
    ["/hosts/abc", "Fleets"],
    ["/settings/trust", "Settings"],
    ["/rollouts/abc", "Rollouts"],
  ])("marks one place at %s: %s", (pathname, name) => {
    expect(current(pathname)).toEqual([name]);
  });

  it("marks none at an address that leads nowhere", () => {
    expect(current("/fleetsandmore")).toEqual([]);
  });
});
