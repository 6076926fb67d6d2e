import { existsSync, readFileSync } from "node:fs";
import type { Reporter } from "vitest/node";
import { outcomesFile, type Outcome } from "../compromise/outcomes.ts";

/**
 * Prints what every scripted attack of the run came to, before the failures: whoever reads only the end of an output has to
 * find those. It reads at once: vitest calls its reporters side by side, and one that waits prints after all others.
 */
export class AttackTable implements Reporter {
  onTestRunEnd(): void {
    const path = outcomesFile();
    if (path === undefined || !existsSync(path)) return;
    const rows = readFileSync(path, "utf8")
      .split("\n")
      .flatMap((line) => (line === "" ? [] : [JSON.parse(line) as Outcome]));
    if (rows.length > 0) process.stdout.write(`\n${table(rows.toSorted((left, right) => left.scenario.localeCompare(right.scenario)))}\n`);
  }
}

function table(rows: readonly Outcome[]): string {
  const width = Math.max(...rows.map(({ scenario }) => scenario.length));
  return [
    `${"an attacker who …".padEnd(width)}  what came of it`,
    ...rows.map((row) => `${row.scenario.padEnd(width)}  ${row.outcome}`),
  ].join("\n");
}
