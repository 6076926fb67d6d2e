import { describe, expect, it } from "vitest";
import { rollbackCaveats, rollbackTarget, type HistoryEntry } from "#shared/domain/rollout/rollback-plan.ts";
import { aReleaseId } from "#test/builders/rollout-facts.ts";

const went = (
  from: number | undefined,
  to: number,
  outcome: HistoryEntry["outcome"] = "completed",
  cause: HistoryEntry["cause"] = "rollout",
): HistoryEntry => ({
  cause,
  outcome,
  fromReleaseId: from === undefined ? undefined : aReleaseId(from),
  toReleaseId: aReleaseId(to),
});
const back = (history: readonly HistoryEntry[], present: number, usable: (minor: number) => boolean = () => true) =>
  rollbackTarget(history, aReleaseId(present), (id) => [0, 1, 2, 3].some((minor) => aReleaseId(minor) === id && usable(minor)));

describe("where a rollback goes", () => {
  it("is the last target that completed", () => {
    expect(back([went(undefined, 1, "completed", "initial"), went(1, 2, "tripped")], 2)).toBe(aReleaseId(1));
    expect(back([went(undefined, 1), went(1, 2)], 2)).toBe(aReleaseId(1));
  });

  it("passes over targets that never completed, and over releases that may not be offered", () => {
    expect(back([went(undefined, 0), went(0, 1, "aborted"), went(0, 2, "superseded"), went(0, 3)], 3)).toBe(aReleaseId(0));
    expect(back([went(undefined, 0), went(0, 1), went(1, 2)], 2, (minor) => minor !== 1)).toBe(aReleaseId(0));
  });

  it("goes further back the second time, not forth again", () => {
    const twice = [went(undefined, 0), went(0, 1), went(1, 2), went(2, 1, "completed", "rollback")];
    expect(back(twice, 1)).toBe(aReleaseId(0));
  });

  it("may be a release again that was rolled back from and completed later", () => {
    const again = [went(undefined, 1), went(1, 2), went(2, 1, "completed", "rollback"), went(1, 2), went(2, 3)];
    expect(back(again, 3)).toBe(aReleaseId(2));
  });

  it("is nowhere when the history holds none", () => {
    expect(back([went(undefined, 1, "in progress")], 1)).toBeUndefined();
    expect(back([], 1)).toBeUndefined();
  });
});

describe("what a rollback does not undo", () => {
  it("always says that data stays", () => {
    expect(rollbackCaveats({ disconnected: 0, pinned: 0, withoutSlot: 0, downloadBytes: 0, withoutArtifact: 0 })).toEqual([
      "Data that the newer version changed or migrated stays as it left it.",
    ]);
  });

  it("names the hosts it does not reach at once", () => {
    expect(rollbackCaveats({ disconnected: 1, pinned: 2, withoutSlot: 3, downloadBytes: 36_000_000, withoutArtifact: 1 }).slice(1)).toEqual(
      [
        "1 host is not connected and will go back on coming back.",
        "3 hosts keep no copy of the older version and will download 36.0 MB.",
        "2 hosts are pinned and stay as they are.",
        "1 host has no artifact of the older version for the platform and will stay on the newer one.",
      ],
    );
  });
});
