/** `npm run check`: every static check and the architecture tests at once, each with what it cost. Exit code 1 when one fails. */
import { availableParallelism } from "node:os";
import { type Check, type CheckOutcome, listChecks, runCheck } from "./checks.ts";

/** The architecture tests without the file that runs these very checks. */
const architecture: Check = {
  name: "architecture",
  entry: "node_modules/vitest/vitest.mjs",
  args: ["run", "--passWithNoTests", "--project", "architecture", "--exclude", "test/architecture/static-checks.test.ts", "--maxWorkers=1"],
};

async function runAll(checks: readonly Check[], atOnce: number): Promise<readonly CheckOutcome[]> {
  const waiting = [...checks];
  const outcomes: CheckOutcome[] = [];
  const worker = async (): Promise<void> => {
    for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
      const outcome = await runCheck(check);
      console.log(`${outcome.ok ? "ok  " : "FAIL"} ${outcome.seconds.toFixed(1).padStart(5)} s  ${outcome.name}`);
      outcomes.push(outcome);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return outcomes;
}

const started = performance.now();
const outcomes = await runAll([architecture, ...(await listChecks())], Math.max(2, availableParallelism()));
const failed = outcomes.filter((outcome) => !outcome.ok);
for (const { name, output } of failed) console.log(`\n== ${name}\n${output}`);
console.log(
  `\n${outcomes.length - failed.length} passed, ${failed.length} failed in ${((performance.now() - started) / 1000).toFixed(1)} s`,
);
process.exitCode = failed.length === 0 ? 0 : 1;
