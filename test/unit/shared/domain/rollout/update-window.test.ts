import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { describeMoment, windowState, type Calendar } from "#shared/domain/rollout/update-window.ts";

const at = (iso: string): number => Date.parse(iso);
const calendar = (change: Partial<Calendar> = {}): Calendar => ({ timeZone: "Europe/Berlin", windows: [], blackoutDates: [], ...change });
const nights = calendar({ windows: [{ days: ["mon", "tue", "wed", "thu", "fri"], from: "22:00", to: "06:00" }] });

describe("update windows", () => {
  it("are always open where there are none", () => {
    expect(windowState(calendar(), at("2026-11-21T12:00:00Z"))).toEqual({ open: true });
  });

  it("open at their local time and say so beforehand", () => {
    expect(windowState(nights, at("2026-11-23T12:00:00Z"))).toEqual({ open: false, cause: "window", opensAt: at("2026-11-23T21:00:00Z") });
    expect(windowState(nights, at("2026-11-23T21:00:00Z"))).toEqual({ open: true });
  });

  it("run past midnight into a day that has no window of its own", () => {
    // Saturday 03:00 in Berlin belongs to Friday's window.
    expect(windowState(nights, at("2026-11-21T02:00:00Z"))).toEqual({ open: true });
    expect(windowState(nights, at("2026-11-21T05:00:00Z"))).toEqual({ open: false, cause: "window", opensAt: at("2026-11-23T21:00:00Z") });
  });

  it("last the whole day when they end where they begin", () => {
    const mondays = calendar({ windows: [{ days: ["mon"], from: "00:00", to: "00:00" }] });
    expect(windowState(mondays, at("2026-11-23T22:59:00Z"))).toEqual({ open: true });
    expect(windowState(mondays, at("2026-11-23T23:00:00Z"))).toMatchObject({ open: false });
  });

  it("stay shut on blackout dates and open at the midnight that ends them", () => {
    const frozen = calendar({ blackoutDates: ["2026-12-24", "2026-12-25"] });
    expect(windowState(frozen, at("2026-12-24T10:00:00Z"))).toEqual({
      open: false,
      cause: "blackout",
      opensAt: at("2026-12-25T23:00:00Z"),
    });
  });

  it("keep their wall time over the change of the clocks", () => {
    expect(windowState(nights, at("2026-10-26T12:00:00Z"))).toMatchObject({ opensAt: at("2026-10-26T21:00:00Z") });
    expect(windowState(nights, at("2026-10-23T12:00:00Z"))).toMatchObject({ opensAt: at("2026-10-23T20:00:00Z") });
  });

  it("name no opening when none comes", () => {
    const dates = Array.from({ length: 500 }, (_, day) =>
      new Date(at("2026-11-20T00:00:00Z") + day * 86_400_000).toISOString().slice(0, 10),
    );
    expect(windowState(calendar({ blackoutDates: dates }), at("2026-11-21T12:00:00Z"))).toEqual({
      open: false,
      cause: "blackout",
      opensAt: undefined,
    });
  });

  it("are open at the opening they name and shut at every minute before it", () => {
    const time = fc
      .integer({ min: 0, max: 1439 })
      .map((minutes) => `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`);
    const day = fc.constantFrom("mon" as const, "wed" as const, "sun" as const);
    const window = fc.record({ days: fc.uniqueArray(day, { minLength: 1 }), from: time, to: time });
    const zones = fc.constantFrom("UTC", "Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe");
    const anyCalendar = fc.record({
      timeZone: zones,
      windows: fc.array(window, { minLength: 1, maxLength: 3 }),
      blackoutDates: fc.array(fc.constant("2026-12-24"), { maxLength: 1 }),
    });
    fc.assert(
      fc.property(anyCalendar, fc.integer({ min: at("2026-01-01T00:00:00Z"), max: at("2027-01-01T00:00:00Z") }), (one, now) => {
        const state = windowState(one, now);
        if (state.open || state.opensAt === undefined) return;
        expect(windowState(one, state.opensAt)).toEqual({ open: true });
        for (let before = state.opensAt - 60_000; before > Math.max(now, state.opensAt - 240 * 60_000); before -= 60_000)
          expect(windowState(one, before).open).toBe(false);
      }),
      { numRuns: 40 },
    );
  });
});

describe("moments for people", () => {
  const now = at("2026-11-21T12:00:00Z");
  it.each([
    ["2026-11-21T21:00:00Z", "22:00"],
    ["2026-11-23T21:05:00Z", "Mon 22:05"],
    ["2026-12-26T23:00:00Z", "2026-12-27 00:00"],
  ])("say %s as %s", (iso, words) => {
    expect(describeMoment(at(iso), now, "Europe/Berlin")).toBe(words);
  });
});
