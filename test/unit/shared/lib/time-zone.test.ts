import { describe, expect, it } from "vitest";
import { instantOf, isTimeZone, localTime } from "#shared/lib/time-zone.ts";

const at = (iso: string): number => Date.parse(iso);

describe("time zones", () => {
  it("are known by their IANA names only", () => {
    expect(["UTC", "Europe/Berlin", "Asia/Kathmandu"].every(isTimeZone)).toBe(true);
    expect(["", "Mars/Base", "Europe/Berlin; DROP"].some(isTimeZone)).toBe(false);
  });

  it("show the local date, weekday and minutes", () => {
    expect(localTime(at("2026-11-21T23:30:00Z"), "Europe/Berlin")).toEqual({ date: "2026-11-22", weekday: 6, minutes: 30 });
    expect(localTime(at("1970-01-01T00:00:00Z"), "Asia/Kathmandu")).toEqual({ date: "1970-01-01", weekday: 3, minutes: 330 });
  });

  it("take a local time that the spring change skips for the moment of the change", () => {
    expect(instantOf("2026-03-29", 150, "Europe/Berlin")).toBe(at("2026-03-29T01:00:00Z"));
  });

  it("take a local time that the autumn change repeats for its first occurrence", () => {
    expect(instantOf("2026-10-25", 150, "Europe/Berlin")).toBe(at("2026-10-25T00:30:00Z"));
  });

  it("find any other local time exactly", () => {
    expect(instantOf("2026-07-01", 22 * 60, "America/New_York")).toBe(at("2026-07-02T02:00:00Z"));
  });
});
