import { describe, expect, it } from "vitest";
import { daysWords, policyWords } from "#renderer/features/fleet/policy-words.ts";
import { DEFAULT_POLICY } from "#shared/domain/rollout/policy.ts";

describe("days in words", () => {
  it.each([
    [["mon", "tue", "wed", "thu"], "Mon–Thu"],
    [["mon", "tue"], "Mon, Tue"],
    [["fri", "mon", "wed"], "Mon, Wed, Fri"],
    [["mon", "tue", "wed", "sat", "sun"], "Mon–Wed, Sat, Sun"],
    [["mon", "tue", "wed", "thu", "fri", "sat", "sun"], "every day"],
  ] as const)("%j reads %s", (days, words) => expect(daysWords(days)).toBe(words));
});

describe("a policy in words", () => {
  it("has none when nothing bounds it", () => {
    expect(policyWords(DEFAULT_POLICY)).toEqual([]);
  });

  it("names every bound once", () => {
    const words = policyWords({
      ...DEFAULT_POLICY,
      canaryFirst: true,
      concurrency: 5,
      rate: { count: 10, intervalMs: 600_000 },
      windows: [{ days: ["mon", "tue", "wed"], from: "09:00", to: "17:00" }],
      timeZone: "Europe/Berlin",
      blackoutDates: ["2026-12-24"],
      allowDowngrade: true,
    });
    expect(words).toEqual([
      "one host first",
      "5 at once",
      "10 per 10 m",
      "Mon–Wed 09:00–17:00 Europe/Berlin",
      "1 blackout date",
      "downgrades allowed",
    ]);
  });
});
