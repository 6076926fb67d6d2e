import { describe, expect, it } from "vitest";
import { isBearable } from "#main/agent/trust/document-shape.ts";

const table = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`name-${index}`, {}]));

function nested(depth: number): object {
  let document = {};
  for (let level = 1; level < depth; level += 1) document = { inner: document };
  return document;
}

describe("the shape of a signed document", () => {
  it("may have any number of files", () => {
    expect(isBearable({ _type: "targets", targets: table(50_000) })).toBe(true);
  });

  it.each(["meta", "keys", "signatures"])("may have two thousand entries of %s, and no more", (name) => {
    expect(isBearable({ [name]: table(2000) })).toBe(true);
    expect(isBearable({ [name]: table(2001) })).toBe(false);
  });

  it("may not hide a large table in another, or in a file", () => {
    expect(isBearable({ delegations: { roles: Array.from({ length: 2001 }, () => ({})) } })).toBe(false);
    expect(isBearable({ targets: { one: { custom: table(2001) } } })).toBe(false);
  });

  it("may not be nested without end", () => {
    expect(isBearable({ delegations: nested(10) })).toBe(true);
    expect(isBearable({ delegations: nested(10_000) })).toBe(false);
  });
});
