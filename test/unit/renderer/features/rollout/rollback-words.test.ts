import { describe, expect, it } from "vitest";
import type { RollbackPreview } from "#shared/contract/rollouts.ts";
import { rollbackConsequences, slotWords } from "#renderer/features/rollout/rollback-words.ts";

describe("what a rollback says first", () => {
  it("is how hosts go back", () => {
    expect(slotWords(0, 0)).toBe("no host has it");
    expect(slotWords(1, 1)).toBe("1 host, from the copy that it keeps: no download");
    expect(slotWords(4, 4)).toBe("4 hosts, from the copy that they keep: no download");
    expect(slotWords(4, 0)).toBe("4 hosts, by a download");
    expect(slotWords(4, 3)).toBe("4 hosts, 3 of them without a download");
  });

  it("is what else follows, each once", () => {
    // Why the casts: only what is told is read.
    const quiet = { supersedes: [], subscriptions: [{}], notUndone: [] } as unknown as RollbackPreview;
    expect(rollbackConsequences(quiet)).toEqual(["All hosts go back at once, without waves, as far as their policy lets them."]);
    const loud = {
      supersedes: ["r1"],
      subscriptions: [{ detachesFrom: "stable" }, { detachesFrom: "stable" }],
    } as unknown as RollbackPreview;
    expect(rollbackConsequences(loud).slice(1)).toEqual([
      "The rollout that runs now ends.",
      "The groups stop following stable until someone re-attaches them, so that the next move does not undo this.",
    ]);
  });
});
