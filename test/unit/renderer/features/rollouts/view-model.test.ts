import { describe, expect, it } from "vitest";
import type { RolloutRow } from "#shared/contract/rollouts.ts";
import { openedShare } from "#renderer/components/opened-share.ts";
import {
  fromWords,
  headline,
  inOrder,
  isNarrowed,
  matchesFilter,
  readFilter,
  stateCounts,
  tookMs,
} from "#renderer/features/rollouts/view-model.ts";

const row = (more: Partial<RolloutRow>): RolloutRow =>
  // Why the cast: a test tells only what is read.
  ({
    title: "Gateway 1.5.0",
    fleetName: "edge-eu",
    fleetId: "f1",
    createdBy: "user:ana",
    reason: "OPS-421",
    kind: "update",
    state: "running",
    ...more,
  }) as unknown as RolloutRow;

describe("the filter of rollouts", () => {
  it("is read from the URL, and forgives a state that does not exist", () => {
    expect(readFilter(new URLSearchParams("q=ana&state=paused&in=f1"))).toEqual({ words: "ana", state: "paused", fleetId: "f1" });
    expect(readFilter(new URLSearchParams("state=sideways"))).toEqual({ words: "", state: undefined, fleetId: undefined });
    expect(isNarrowed(readFilter(new URLSearchParams()))).toBe(false);
    expect(isNarrowed(readFilter(new URLSearchParams("q=a")))).toBe(true);
  });

  it("looks for every word in what, where, who and why", () => {
    const words = (text: string) => matchesFilter(row({}), { words: text, state: undefined, fleetId: undefined });
    expect([words(""), words("gateway EDGE"), words("ana ops-421"), words("gateway lab")]).toEqual([true, true, true, false]);
  });

  it("narrows to a state and a fleet", () => {
    expect(matchesFilter(row({}), { words: "", state: "paused", fleetId: undefined })).toBe(false);
    expect(matchesFilter(row({}), { words: "", state: "running", fleetId: "f1" })).toBe(true);
    expect(matchesFilter(row({}), { words: "", state: undefined, fleetId: "f2" })).toBe(false);
  });

  it("counts states, leaving out what there is none of", () => {
    expect(stateCounts([row({}), row({ state: "aborted" }), row({})])).toEqual([
      { state: "running", count: 2 },
      { state: "aborted", count: 1 },
    ]);
  });
});

describe("the list of rollouts", () => {
  it("puts what needs a person first, then what moves, then what is over, newest first", () => {
    const rows = [
      { state: "completed", createdAt: 1, finishedAt: 9 },
      { state: "running", createdAt: 5 },
      { state: "running", createdAt: 6 },
      { state: "tripped", createdAt: 2 },
      { state: "aborted", createdAt: 8, finishedAt: 10 },
      { state: "paused", createdAt: 3 },
    ] as const;
    expect(inOrder(rows).map((one) => `${one.state} ${one.createdAt}`)).toEqual([
      "tripped 2",
      "paused 3",
      "running 6",
      "running 5",
      "aborted 8",
      "completed 1",
    ]);
  });

  it("says of a rollback that it goes back", () => {
    expect(headline({ kind: "rollback", title: "Gateway 1.4.2" })).toBe("Back to Gateway 1.4.2");
    expect(headline({ kind: "update", title: "Gateway 1.5.0" })).toBe("Gateway 1.5.0");
  });

  it("tells each version that it comes from once", () => {
    // Why the cast: only versions are read.
    const targets = [{ fromVersion: "1.4.2" }, { fromVersion: "1.4.2" }, { fromVersion: "1.4.1" }, {}] as unknown as RolloutRow["targets"];
    expect(fromWords({ targets })).toBe("from 1.4.2, 1.4.1");
    expect(fromWords({ targets: [] })).toBeUndefined();
  });

  it("tells how long one took once it is over", () => {
    expect(tookMs({ startedAt: 1000, finishedAt: 5000 })).toBe(4000);
    expect(tookMs({ startedAt: 1000 })).toBeUndefined();
    expect(tookMs({ finishedAt: 5000 })).toBeUndefined();
  });

  it("fills no more of a bar than the waves that opened, since only their hosts are counted", () => {
    expect(openedShare([{ state: "passed" }, { state: "open" }, { state: "pending" }, { state: "pending" }])).toBe(0.5);
    expect(openedShare([{ state: "passed" }, { state: "skipped" }])).toBe(0.5);
    expect(openedShare([])).toBe(1);
  });
});
