import { describe, expect, it } from "vitest";
import { holdOrder } from "#renderer/components/held-order.ts";

describe("rows under the pointer", () => {
  it("stay where they are when the sort would move them", () => {
    expect(holdOrder(["a", "b", "c"], ["c", "a", "b"])).toEqual({ keys: ["a", "b", "c"], displaced: 3 });
  });

  it("let new rows in at the end only", () => {
    expect(holdOrder(["a", "b"], ["new", "a", "b"])).toEqual({ keys: ["a", "b", "new"], displaced: 3 });
  });

  it("let go of rows that are gone", () => {
    expect(holdOrder(["a", "b", "c"], ["a", "c"])).toEqual({ keys: ["a", "c"], displaced: 0 });
  });

  it("have nothing to offer when the order holds", () => {
    expect(holdOrder(["a", "b"], ["a", "b"]).displaced).toBe(0);
  });
});
