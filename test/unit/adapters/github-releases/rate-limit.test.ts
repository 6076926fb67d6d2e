import { describe, expect, it } from "vitest";
import { rateLimitWaitMs } from "#shared/domain/store/github/rate-limit.ts";

const now = Date.UTC(2026, 10, 21);
const wait = (status: number, headers: Readonly<Record<string, string>> = {}, message = ""): number | undefined =>
  rateLimitWaitMs({ status, headers, message }, now);

describe("how long to stay away from GitHub", () => {
  it("is what Retry-After says, in seconds or as a date", () => {
    expect(wait(403, { "retry-after": "90" })).toBe(90_000);
    expect(wait(429, { "retry-after": new Date(now + 120_000).toUTCString() })).toBe(120_000);
  });

  it("lasts until the primary limit resets, and a second more", () => {
    expect(wait(403, { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(now / 1000 + 600) })).toBe(601_000);
  });

  it("is a minute where GitHub does not say", () => {
    expect(wait(403, {}, "You have exceeded a secondary rate limit.")).toBe(60_000);
    expect(wait(403, {}, "You have triggered an abuse detection mechanism.")).toBe(60_000);
    expect(wait(429)).toBe(60_000);
    expect(wait(403, { "x-ratelimit-remaining": "0" })).toBe(60_000);
  });

  it("lies between a second and two hours, whatever the clocks say", () => {
    expect(wait(403, { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(now / 1000 - 9999) })).toBe(1000);
    expect(wait(429, { "retry-after": "999999999" })).toBe(7_200_000);
    expect(wait(429, { "retry-after": "0" })).toBe(1000);
  });

  it("is nothing when a refusal has another reason", () => {
    expect(wait(403, { "x-ratelimit-remaining": "12" }, "Resource not accessible by integration")).toBeUndefined();
    expect(wait(401, { "retry-after": "5" })).toBeUndefined();
    expect(wait(503, { "retry-after": "5" })).toBeUndefined();
  });
});
