import { appendFile, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const VARIABLE = "ROLLCALL_COMPROMISE_TABLE";

/** One line of the table: what was tried, and how it ended. */
export type Outcome = { readonly scenario: string; readonly outcome: string };

/** Notes how a scenario ended, for the table at the end of the run. Files of one run may be in different processes. */
export async function note(scenario: string, outcome: string): Promise<void> {
  const path = process.env[VARIABLE];
  if (path !== undefined) await appendFile(path, `${JSON.stringify({ scenario, outcome } satisfies Outcome)}\n`);
}

/** Makes room for the table; at the end prints it. */
export async function setup(): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), "rollcall-compromise-"));
  const path = join(folder, "table.ndjson");
  process.env[VARIABLE] = path;
  return async () => {
    const text = await readFile(path, "utf8").catch(() => "");
    await rm(folder, { recursive: true, force: true });
    const rows = text.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line) as Outcome]));
    if (rows.length > 0) process.stdout.write(`\n${table(rows.toSorted((left, right) => left.scenario.localeCompare(right.scenario)))}\n`);
  };
}

function table(rows: readonly Outcome[]): string {
  const width = Math.max(...rows.map(({ scenario }) => scenario.length));
  return [
    `${"an attacker who …".padEnd(width)}  what came of it`,
    ...rows.map((row) => `${row.scenario.padEnd(width)}  ${row.outcome}`),
  ].join("\n");
}
