import type { BenchResult } from "./entry.ts";

const HEAD = ["name", "value", "unit", "yardstick", "ratio", "budget", "within"] as const;

/** The report as people read it: numbers to the right, words to the left. */
export function formatTable(results: readonly BenchResult[]): string {
  const rows = results.map((result) => [
    result.name,
    String(result.value),
    result.unit,
    String(result.yardstick ?? ""),
    String(result.ratio ?? ""),
    result.budget ?? "",
    result.budget === null ? "" : result.within ? "yes" : "NO",
  ]);
  const widths = HEAD.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const isNumber = (column: number): boolean => [1, 3, 4].includes(column);
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => (isNumber(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)))
      .join("  ")
      .trimEnd();
  return [line(HEAD), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n");
}
