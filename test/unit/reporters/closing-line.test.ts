import { describe, expect, it } from "vitest";
import { closingText } from "#test/reporters/closing-line.ts";

describe("the closing line of a test run", () => {
  it("stands alone on the last line", () => {
    expect(closingText({ passed: 12, failed: [], skipped: [] })).toBe("12 passed, 0 failed, 0 skipped\n");
  });

  it("follows the list of skipped tests, grouped by reason", () => {
    const text = closingText({
      passed: 1,
      failed: [],
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
      "1 passed, 0 failed, 3 skipped",
      "",
    ]);
  });

  it("follows the list of what failed, each with the beginning of its error on one line", () => {
    const text = closingText({
      passed: 3,
      failed: [
        { name: "one.test.ts > adds", reason: "expected 1\n  to be 2" },
        { name: "two.test.ts > ends", reason: "x".repeat(1000) },
      ],
      skipped: [],
    });
    expect(text.split("\n")).toEqual([
      "Failed:",
      "  one.test.ts > adds",
      "    expected 1 to be 2",
      "  two.test.ts > ends",
      `    ${"x".repeat(300)}`,
      "3 passed, 2 failed, 0 skipped",
      "",
    ]);
  });
});
