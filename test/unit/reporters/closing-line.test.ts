import { describe, expect, it } from "vitest";
import { closingText } from "#test/reporters/closing-line.ts";

describe("the closing line of a test run", () => {
  it("stands alone on the last line", () => {
    expect(closingText({ passed: 12, failed: 0, skipped: [] })).toBe("12 passed, 0 failed, 0 skipped\n");
  });

  it("follows the list of skipped tests, grouped by reason", () => {
    const text = closingText({
      passed: 1,
      failed: 2,
      skipped: [
        { name: "a", reason: "no Electron binary" },
        { name: "b", reason: "no reason given" },
        { name: "c", reason: "no Electron binary" },
      ],
    });
    expect(text.split("\n")).toEqual([
      "Skipped (no Electron binary):",
      "  a",
      "  c",
      "Skipped (no reason given):",
      "  b",
      "1 passed, 2 failed, 3 skipped",
      "",
    ]);
  });
});
