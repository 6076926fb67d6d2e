import { describe, expect, it } from "vitest";
import { freshnessOf, needsAttention } from "#shared/domain/trust/freshness.ts";

const DAY_MS = 86_400_000;
const NOW = Date.UTC(2026, 10, 21);
const leftOf = (days: number, lifeDays: number) => ({ expiresAt: NOW + days * DAY_MS, lifetimeMs: lifeDays * DAY_MS });

describe("how near its end a signed document is", () => {
  it.each([
    [51, "fresh"],
    [50, "half"],
    [25, "quarter"],
    [10, "tenth"],
    [0, "expired"],
    [-1, "expired"],
  ] as const)("with %i of a hundred days left is %s", (days, step) => {
    expect(freshnessOf(leftOf(days, 100), NOW)).toBe(step);
  });
});

describe("what needs a person", () => {
  it("is what people sign, from fourteen days before its end on, however long it lives", () => {
    expect(needsAttention({ ...leftOf(14.1, 30), online: false }, NOW)).toBe(false);
    expect(needsAttention({ ...leftOf(14, 30), online: false }, NOW)).toBe(true);
    expect(needsAttention({ ...leftOf(14, 730), online: false }, NOW)).toBe(true);
    expect(needsAttention({ ...leftOf(-1, 730), online: false }, NOW)).toBe(true);
  });

  it("is what the control plane signs, when it was not renewed at half of its life", () => {
    expect(needsAttention({ ...leftOf(3, 7), online: true }, NOW)).toBe(false);
    expect(needsAttention({ ...leftOf(1.75, 7), online: true }, NOW)).toBe(true);
    expect(needsAttention({ ...leftOf(14, 365), online: true }, NOW)).toBe(true);
  });
});
