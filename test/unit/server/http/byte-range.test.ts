import { describe, expect, it } from "vitest";
import { readRange } from "#main/server/http/byte-range.ts";

describe("readRange", () => {
  it.each([
    ["bytes=0-0", { kind: "part", first: 0, last: 0 }],
    ["bytes=2-", { kind: "part", first: 2, last: 9 }],
    ["bytes=2-500", { kind: "part", first: 2, last: 9 }],
    ["bytes=-3", { kind: "part", first: 7, last: 9 }],
    ["bytes=-30", { kind: "part", first: 0, last: 9 }],
    ["bytes=10-", { kind: "unsatisfiable" }],
    ["bytes=-0", { kind: "unsatisfiable" }],
    [undefined, { kind: "whole" }],
    ["bytes=5-2", { kind: "whole" }],
    ["bytes=0-1,3-4", { kind: "whole" }],
    ["lines=1-2", { kind: "whole" }],
    ["bytes=-", { kind: "whole" }],
    ["bytes=1e3-", { kind: "whole" }],
    [`bytes=${"9".repeat(40)}-`, { kind: "whole" }],
  ])("reads %s of ten bytes", (header, verdict) => {
    expect(readRange(header, 10)).toEqual(verdict);
  });
});
