import type { Reporter, TestModule, TestRunEndReason } from "vitest/node";

type SerializedErrors = Parameters<NonNullable<Reporter["onTestRunEnd"]>>[1];

/** What a whole run came to. A file that does not load, and an error outside any test, count as one failure each. */
export type RunTally = { readonly passed: number; readonly failed: number; readonly skipped: readonly SkippedTest[] };

/** A test that did not run, and the words its author gave for it (`context.skip("no Electron binary")`). */
export type SkippedTest = { readonly name: string; readonly reason: string };

/** The list of what was skipped and why, then the line that machines read: `N passed, N failed, N skipped`. */
export function closingText(tally: RunTally): string {
  const reasons = Map.groupBy(tally.skipped, (test) => test.reason);
  const list = [...reasons].flatMap(([reason, tests]) => [`Skipped (${reason}):`, ...tests.map((test) => `  ${test.name}`)]);
  return [...list, `${tally.passed} passed, ${tally.failed} failed, ${tally.skipped.length} skipped`, ""].join("\n");
}

/** Ends every run in the same plain words, whatever vitest prints above them. */
export class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: SerializedErrors, reason: TestRunEndReason): void {
    const counts = modules.map(tallyOf);
    const tally: RunTally = {
      passed: sum(counts.map((count) => count.passed)),
      failed: sum(counts.map((count) => count.failed)) + unhandledErrors.length,
      skipped: counts.flatMap((count) => count.skipped),
    };
    process.stdout.write(`\n${reason === "interrupted" ? "Interrupted.\n" : ""}${closingText(tally)}`);
  }
}

function tallyOf(module: TestModule): RunTally {
  const tests = [...module.children.allTests()];
  const state = (wanted: string): number => tests.filter((test) => test.result().state === wanted).length;
  const skipped = tests.flatMap((test) => {
    const result = test.result();
    return result.state === "skipped"
      ? [{ name: `${module.relativeModuleId} > ${test.fullName}`, reason: result.note ?? "no reason given" }]
      : [];
  });
  // Errors of hooks and of loading belong to no test; without this a file that does not even load would count as nothing.
  const suiteErrors = module.errors().length + sum([...module.children.allSuites()].map((suite) => suite.errors().length));
  return { passed: state("passed"), failed: state("failed") + (suiteErrors > 0 && state("failed") === 0 ? 1 : 0), skipped };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
