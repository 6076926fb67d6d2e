import { describe, expect, it } from "vitest";
import { groupsProblem } from "#renderer/features/fleets/view-model.ts";

describe("the groups of a new fleet", () => {
  it("need names that fit in a URL", () => {
    expect(groupsProblem(["canary", "early-eu"])).toBeUndefined();
    expect(groupsProblem(["canary", "Early EU"])).toContain("Early EU");
  });
  it("are at least one", () => {
    expect(groupsProblem([])).toContain("at least one");
  });
});
