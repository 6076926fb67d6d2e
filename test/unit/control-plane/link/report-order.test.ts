import { describe, expect, it } from "vitest";
import { advanceCursor, judgeReport, openCursor } from "#main/control-plane/link/report-order.ts";

const report = (boot: string, sequence: number) => ({ boot, sequence });

describe("the order of reports", () => {
  it("takes a new boot from its first report on, without gaps", () => {
    const first = openCursor("b", undefined, 0);
    expect(judgeReport(first, report("b", 1))).toBe("take");
    const next = advanceCursor(first, report("b", 1));
    expect(judgeReport(next, report("b", 2))).toBe("take");
    expect(judgeReport(next, report("b", 3))).toBe("gap");
  });

  it("knows what was committed before", () => {
    expect(judgeReport(openCursor("b", "b", 7), report("b", 7))).toBe("known");
  });

  it("takes the last words of the boot before, until the new one has spoken", () => {
    const cursor = openCursor("b", "a", 4);
    expect(judgeReport(cursor, report("a", 5))).toBe("take");
    const spoken = advanceCursor(advanceCursor(cursor, report("a", 5)), report("b", 1));
    expect(judgeReport(spoken, report("a", 6))).toBe("replayed");
  });

  it("refuses reports of a boot that is over, and of one that never was", () => {
    expect(judgeReport(openCursor("c", "b", 4), report("a", 1))).toBe("replayed");
  });

  it("accepts that a link begins ahead of what a restored control plane remembers, and only there", () => {
    const restored = openCursor("b", "b", 3);
    expect(judgeReport(restored, report("b", 9))).toBe("take");
    expect(judgeReport(advanceCursor(restored, report("b", 9)), report("b", 11))).toBe("gap");
  });
});
