import type { Reporter, TestModule, TestRunEndReason } from "vitest/node";

type SerializedErrors = Parameters<NonNullable<Reporter["onTestRunEnd"]>>[1];

/** What a whole run came to. A file that does not load, and an error outside any test, count as one failure each. */
export type RunTally = { readonly passed: number; readonly failed: readonly NamedTest[]; readonly skipped: readonly NamedTest[] };

/** A test that failed or did not run, and why: the first error, or the author's words (`context.skip("no Electron binary")`). */
export type NamedTest = { readonly name: string; readonly reason: string };

/** So that the list stays readable where only the end of an output is kept. */
const LONGEST_REASON = 300;

/** The lists of what was skipped and why, and of what failed and how; then the line that machines read: `N passed, N failed, N skipped`. */
export function closingText(tally: RunTally): string {
  const reasons = Map.groupBy(tally.skipped, (test) => test.reason);
  return [
    ...[...reasons].flatMap(([reason, tests]) => [`Skipped (${reason}):`, ...tests.map((test) => `  ${test.name}`)]),
    ...(tally.failed.length > 0 ? ["Failed:"] : []),
    ...tally.failed.flatMap(({ name, reason }) => [`  ${name}`, `    ${onOneLine(reason)}`]),
    `${tally.passed} passed, ${tally.failed.length} failed, ${tally.skipped.length} skipped`,
    "",
  ].join("\n");
}

function onOneLine(reason: string): string {
  return reason.replaceAll(/\s+/gu, " ").slice(0, LONGEST_REASON);
}

/** Ends every run in the same plain words, whatever vitest prints above them. */
export class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: SerializedErrors, reason: TestRunEndReason): void {
    const tallies = modules.map(tallyOf);
    const tally: RunTally = {
      passed: tallies.reduce((total, one) => total + one.passed, 0),
      failed: [
        ...tallies.flatMap((one) => one.failed),
        ...unhandledErrors.map((error) => ({ name: "outside any test", reason: error.message })),
      ],
      skipped: tallies.flatMap((one) => one.skipped),
    };
    process.stdout.write(`\n${reason === "interrupted" ? "Interrupted.\n" : ""}${closingText(tally)}`);
  }
}

function tallyOf(module: TestModule): RunTally {
  const results = [...module.children.allTests()].map((test) => ({
    name: `${module.relativeModuleId} > ${test.fullName}`,
    result: test.result(),
  }));
  const failed = results.flatMap(({ name, result }) =>
    result.state === "failed" ? [{ name, reason: result.errors[0]?.message ?? "no error given" }] : [],
  );
  return {
    passed: results.filter(({ result }) => result.state === "passed").length,
    failed: failed.length > 0 ? failed : firstSuiteError(module),
    skipped: results.flatMap(({ name, result }) =>
      result.state === "skipped" ? [{ name, reason: result.note ?? "no reason given" }] : [],
    ),
  };
}

/** Errors of hooks and of loading belong to no test; without this a file that does not even load would count as nothing. */
function firstSuiteError(module: TestModule): readonly NamedTest[] {
  const errors = [...module.errors(), ...[...module.children.allSuites()].flatMap((suite) => suite.errors())];
  return errors.slice(0, 1).map((error) => ({ name: module.relativeModuleId, reason: error.message }));
}
