import { availableParallelism } from "node:os";
import { defineConfig, type TestProjectInlineConfiguration } from "vitest/config";
import { AttackTable } from "./test/reporters/attack-table.ts";
import { ClosingLine } from "./test/reporters/closing-line.ts";

/** Two on the machines that judge us; never more than four, since the heavy suites start processes of their own. */
const workers = Math.min(4, Math.max(2, availableParallelism()));

type Suite = {
  readonly name: string;
  readonly workers: number;
  readonly timeoutMs: number;
  readonly order: number;
  readonly setup?: string;
};

/**
 * One project per folder of `test/`. Those of one order share their workers; the next order begins when the one before
 * has ended, so that suites which start servers and browsers do not starve each other on two cores.
 */
const suites: readonly Suite[] = [
  { name: "unit", workers, timeoutMs: 10_000, order: 0 },
  { name: "architecture", workers, timeoutMs: 120_000, order: 0 },
  { name: "simulation", workers, timeoutMs: 60_000, order: 0 },
  { name: "contract", workers: 2, timeoutMs: 30_000, order: 1 },
  { name: "integration", workers: 2, timeoutMs: 60_000, order: 1 },
  { name: "compromise", workers: 2, timeoutMs: 120_000, order: 1, setup: "test/compromise/outcomes.ts" },
  { name: "electron", workers: 2, timeoutMs: 60_000, order: 1 },
  { name: "e2e", workers: 1, timeoutMs: 120_000, order: 2 },
  { name: "systemd", workers: 1, timeoutMs: 120_000, order: 2 },
];

function project(suite: Suite): TestProjectInlineConfiguration {
  return {
    extends: true,
    test: {
      name: suite.name,
      include: [`test/${suite.name}/**/*.test.ts`, `test/${suite.name}/**/*.test.tsx`],
      environment: "node",
      // Processes, not threads: native modules, signals and process.chdir behave as they do in production.
      pool: "forks",
      // They read the whole tree and change nothing, so they share what the first of them has read.
      isolate: suite.name !== "architecture",
      maxWorkers: suite.workers,
      testTimeout: suite.timeoutMs,
      hookTimeout: suite.timeoutMs,
      sequence: { groupOrder: suite.order },
      ...(suite.setup !== undefined && { globalSetup: suite.setup }),
    },
  };
}

export default defineConfig({
  test: {
    projects: suites.map(project),
    reporters: [new AttackTable(), "default", new ClosingLine()],
  },
});
