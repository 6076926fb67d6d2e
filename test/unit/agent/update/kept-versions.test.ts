import { describe, expect, it } from "vitest";
import { chooseKeptVersions } from "#main/agent/update/kept-versions.ts";
import { aGrant, aJournal, aTarget } from "./journal-builder.ts";

const installed = Array.from({ length: 8 }, (_, index) => ({ ...aTarget(`1.0.${index}`), proven: index !== 6, usedAt: index }));
const at = (index: number) => installed[index] ?? aTarget("0.0.0");

describe("the versions that stay on a disk", () => {
  it("are the serving one and those used last that have proved themselves", () => {
    const { keep, remove } = chooseKeptVersions(aJournal({ installed, serving: { state: "healthy", release: at(7) } }));
    expect(keep.map(({ version }) => version)).toEqual(["1.0.2", "1.0.3", "1.0.4", "1.0.5", "1.0.7"]);
    expect(remove.map(({ version }) => version).sort()).toEqual(["1.0.0", "1.0.1", "1.0.6"]);
  });

  it("are above all those that a revert or a switch could still need", () => {
    const serving = { state: "probation", release: at(6), grantId: aGrant(), fallback: at(0), crashes: 0 } as const;
    const candidate = { state: "staged", target: at(1), grantId: aGrant() } as const;
    const { keep } = chooseKeptVersions(aJournal({ installed, serving, candidate }));
    expect(keep.map(({ version }) => version)).toEqual(["1.0.0", "1.0.1", "1.0.5", "1.0.6", "1.0.7"]);
  });

  it("are all of a few", () => {
    expect(chooseKeptVersions(aJournal({ installed: installed.slice(0, 3) })).remove).toEqual([]);
  });
});
