import { appendFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const VARIABLE = "ROLLCALL_COMPROMISE_TABLE";

/** One line of the table: what was tried, and how it ended. */
export type Outcome = { readonly scenario: string; readonly outcome: string };

/** Where the run's outcomes stand, one JSON object a line; undefined when no suite of this run notes any. */
export function outcomesFile(): string | undefined {
  return process.env[VARIABLE];
}

/** Notes how a scenario ended, for the table at the end of the run. Files of one run may be in different processes. */
export async function note(scenario: string, outcome: string): Promise<void> {
  const path = outcomesFile();
  if (path !== undefined) await appendFile(path, `${JSON.stringify({ scenario, outcome } satisfies Outcome)}\n`);
}

/** Makes room for the outcomes, and takes it away once the reporters have read them. */
export async function setup(): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), "rollcall-compromise-"));
  process.env[VARIABLE] = join(folder, "outcomes.ndjson");
  return () => rm(folder, { recursive: true, force: true });
}
