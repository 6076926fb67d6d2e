import { describe, expect, it } from "vitest";
import { isNewerDocument, isPlausibleDocument, isSameDocument } from "#main/agent/update/document-order.ts";

const pair = (epoch: number, revision: number) => ({ epoch, revision });

describe("the order of desired documents", () => {
  it("takes the first one, and then only later revisions of the same epoch", () => {
    expect(isNewerDocument(pair(0, 0), undefined)).toBe(true);
    expect(isNewerDocument(pair(1, 6), pair(1, 5))).toBe(true);
    expect(isNewerDocument(pair(1, 5), pair(1, 5))).toBe(false);
    expect(isNewerDocument(pair(1, 4), pair(1, 5))).toBe(false);
  });

  it("takes a later epoch whatever its revision, and never an earlier one", () => {
    expect(isNewerDocument(pair(2, 0), pair(1, 900))).toBe(true);
    expect(isNewerDocument(pair(1, 901), pair(2, 0))).toBe(false);
  });

  it("knows a repeated document", () => {
    expect(isSameDocument(pair(1, 5), pair(1, 5))).toBe(true);
    expect(isSameDocument(pair(1, 5), undefined)).toBe(false);
  });

  it("does not believe in an epoch that no number of restores can have brought", () => {
    expect(isPlausibleDocument(pair(1000, 1), undefined)).toBe(true);
    expect(isPlausibleDocument(pair(1005, 1), pair(5, 1))).toBe(true);
    expect(isPlausibleDocument(pair(1006, 1), pair(5, 1))).toBe(false);
    expect(isPlausibleDocument(pair(Number.MAX_SAFE_INTEGER, 0), undefined)).toBe(false);
    expect(isPlausibleDocument(pair(1, Number.MAX_SAFE_INTEGER), pair(1, 1))).toBe(true);
  });
});
