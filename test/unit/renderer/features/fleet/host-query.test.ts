import { describe, expect, it } from "vitest";
import { matchesHostQuery, parseHostQuery, toggleTerm, versionMeets } from "#renderer/features/fleet/host-query.ts";
import { aHostRow } from "../host-row.ts";

const matches = (query: string) =>
  matchesHostQuery(
    aHostRow({ name: "edge-can-02", groupName: "canary", status: "failed", labels: { site: "fra1" }, version: "1.4.2" }),
    parseHostQuery(query),
  );

describe("the host filter", () => {
  it.each([
    "",
    "edge",
    "EDGE can",
    "group:canary",
    "status:failed edge",
    "label:site",
    "label:site=fra1",
    "platform:arm64",
    "version:1.4",
    "version:<1.5.0",
    "is:connected",
  ])("“%s” finds the host", (query) => {
    expect(matches(query)).toBe(true);
  });

  it.each([
    "lab",
    "group:early",
    "status:healthy",
    "label:site=ams2",
    "label:rack",
    "version:>=1.5.0",
    "is:pinned",
    "group:canary status:healthy",
  ])("“%s” does not", (query) => {
    expect(matches(query)).toBe(false);
  });

  it("takes several values of one field as alternatives", () => {
    expect(matches("status:healthy status:failed")).toBe(true);
  });

  it("takes a field that it does not know as a word", () => {
    expect(parseHostQuery("colour:red group:")).toEqual([
      { kind: "word", value: "colour:red" },
      { kind: "word", value: "group:" },
    ]);
  });

  it("puts a condition in and takes it out again", () => {
    expect(toggleTerm("edge", "status:failed")).toBe("edge status:failed");
    expect(toggleTerm("edge status:failed", "status:failed")).toBe("edge");
  });

  it("compares versions by precedence, not by letters", () => {
    expect(versionMeets("1.10.0", ">1.9.0")).toBe(true);
    expect(versionMeets("1.5.0-rc.1", "<1.5.0")).toBe(true);
    expect(versionMeets("1.5.0", "<=1.5.0")).toBe(true);
    expect(versionMeets("1.5.0", "<nonsense")).toBe(false);
  });
});
