import { describe, expect, it } from "vitest";
import { EtagCache } from "#main/adapters/github-releases/etag-cache.ts";

const tagged = (etag: string): Headers => new Headers({ etag });

describe("answers that may be asked for by their tag", () => {
  it("are kept, replaced by newer ones, and forgotten with an answer that has no tag", () => {
    const cache = new EtagCache();
    cache.keep("a", tagged("1"), Buffer.from("one"));
    cache.keep("a", tagged("2"), Buffer.from("two"));
    expect(cache.find("a")).toMatchObject({ etag: "2" });
    cache.keep("a", new Headers(), Buffer.from("three"));
    expect(cache.find("a")).toBeUndefined();
  });

  it("are at most 64, the oldest going first, and none is large", () => {
    const cache = new EtagCache();
    for (let index = 0; index < 65; index += 1) cache.keep(String(index), tagged("t"), Buffer.from("x"));
    expect([cache.find("0"), cache.find("1")?.etag]).toEqual([undefined, "t"]);
    cache.keep("large", tagged("t"), Buffer.alloc(256 * 1024 + 1));
    expect(cache.find("large")).toBeUndefined();
  });
});
