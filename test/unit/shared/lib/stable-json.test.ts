import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Json } from "#shared/lib/canonical-json.ts";
import { stableJson } from "#shared/lib/stable-json.ts";

describe("stable JSON", () => {
  it("gives the same bytes whatever order the keys came in", () => {
    expect(stableJson({ b: [{ z: 1, y: 2 }], a: null })).toBe('{"a":null,"b":[{"y":2,"z":1}]}');
    expect(stableJson({ a: null, b: [{ y: 2, z: 1 }] })).toBe('{"a":null,"b":[{"y":2,"z":1}]}');
  });

  it("is read back as what it was, line breaks and all", () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: "grapheme" }), (value) => {
        // Why the cast: fast-check's JSON values are ours, under another name.
        const json = value as Json;
        expect(JSON.parse(stableJson(json))).toEqual(JSON.parse(JSON.stringify(json)));
      }),
    );
    expect(JSON.parse(stableJson({ argument: "first\nsecond\t\u0000" }))).toEqual({ argument: "first\nsecond\t\u0000" });
  });
});
