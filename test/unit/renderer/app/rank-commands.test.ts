import { describe, expect, it } from "vitest";
import { rankEntries } from "#renderer/app/rank-commands.ts";

const entry = (id: string, title: string, words = "") => ({ id, title, words, group: "Commands" });
const entries = [
  entry("home", "Go to home", "overview"),
  entry("fleet", "Create a fleet", "new"),
  entry("fleets", "Go to fleets", "hosts machines"),
  entry("rollout", "Start a rollout", "new deploy"),
];
const ids = (query: string, recent: readonly string[] = []) => rankEntries(entries, query, recent).map((one) => one.id);

describe("the palette's order", () => {
  it("keeps everything in its order without a query", () => {
    expect(ids("")).toEqual(["home", "fleet", "fleets", "rollout"]);
  });

  it("puts recent ones first among equals", () => {
    expect(ids("", ["rollout", "fleets"])).toEqual(["rollout", "fleets", "home", "fleet"]);
  });

  it("prefers the beginning of a title over a word in it, and that over other words", () => {
    expect(ids("start")).toEqual(["rollout"]);
    expect(ids("new")).toEqual(["fleet", "rollout"]);
    expect(ids("go")).toEqual(["home", "fleets"]);
  });

  it("needs every word of the query", () => {
    expect(ids("create fleet")).toEqual(["fleet"]);
    expect(ids("create rollout")).toEqual([]);
  });

  it("puts what may not run now last", () => {
    const barred = { ...entry("go", "Go to moon"), disabledReason: "Not built." };
    expect(rankEntries([barred, ...entries], "go", []).map((one) => one.id)).toEqual(["home", "fleets", "go"]);
  });

  it("takes letters in order when nothing else fits", () => {
    expect(ids("strt")).toEqual(["rollout"]);
  });
});
