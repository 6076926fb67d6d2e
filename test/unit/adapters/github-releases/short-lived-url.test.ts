import { describe, expect, it } from "vitest";
import { describeShortLivedUrl } from "#main/adapters/github-releases/short-lived-url.ts";

const api = "https://api.github.com";
const now = Date.UTC(2026, 10, 21);

describe("an address for a short time", () => {
  it("ends when Azure's or Amazon's part of it says", () => {
    expect(describeShortLivedUrl("https://x.blob.core.windows.net/a?se=2026-11-21T01%3A00%3A00Z&sig=s", api, now)?.expiresAt).toBe(
      now + 3_600_000,
    );
    const amazon = "https://objects.githubusercontent.com/a?X-Amz-Date=20261121T000000Z&X-Amz-Expires=300";
    expect(describeShortLivedUrl(amazon, api, now)?.expiresAt).toBe(now + 300_000);
  });

  it("is counted on for a minute where nothing says", () => {
    expect(describeShortLivedUrl("https://cdn.test/a?X-Amz-Date=odd&X-Amz-Expires=300", api, now)).toEqual({
      url: "https://cdn.test/a?X-Amz-Date=odd&X-Amz-Expires=300",
      expiresAt: now + 60_000,
    });
  });

  it("is none when it needs our token, is in the clear, or is no address", () => {
    expect(describeShortLivedUrl("https://api.github.com/a", api, now)).toBeUndefined();
    expect(describeShortLivedUrl("http://cdn.test/a", api, now)).toBeUndefined();
    expect(describeShortLivedUrl("nowhere", api, now)).toBeUndefined();
  });
});
