import { describe, expect, it } from "vitest";
import { judgeLateCrashes } from "#main/agent/process/late-crash-loop.ts";
import { isOrderlyEnd, mayRestart } from "#main/agent/process/may-restart.ts";
import { restartDelayMs } from "#main/agent/process/restart-delay.ts";
import type { ProcessExit } from "#main/agent/update/probation.ts";
import { runSpec } from "#shared/domain/release/run-spec.ts";

const exit = (code: number): ProcessExit => ({ kind: "exit", code });
const SIGNAL: ProcessExit = { kind: "signal", signal: "SIGSEGV" };

describe("crashes long after probation", () => {
  const at = (...times: readonly number[]) => times.map((atMs) => ({ atMs, exit: exit(1) }));
  const reverting = runSpec.parse({ crashLimit: 3, restart: { policy: "always", afterProbation: "revert", crashWindowMs: 10_000 } });

  it("only start it again, unless the release says otherwise", () => {
    expect(judgeLateCrashes(at(1, 2, 3, 4, 5), runSpec.parse({}), 6)).toBeUndefined();
    const named = runSpec.parse({ restart: { policy: "always", afterProbation: "restart" } });
    expect(judgeLateCrashes(at(1, 2, 3, 4, 5), named, 6)).toBeUndefined();
  });

  it("revert at the limit within the window, and never for those before it", () => {
    expect(judgeLateCrashes(at(1, 2), reverting, 3)).toBeUndefined();
    expect(judgeLateCrashes(at(1, 20_000, 20_001), reverting, 20_002)).toBeUndefined();
    expect(judgeLateCrashes(at(1, 2, 3), reverting, 4)).toEqual({
      cause: "exit",
      message: "It crashed 3 times within 10 s; the last time it ended with exit code 1.",
    });
  });
});

describe("a restart policy", () => {
  it.each([
    ["always", exit(0), true, false],
    ["always", SIGNAL, true, false],
    ["on-failure", exit(0), false, true],
    ["on-failure", exit(2), true, false],
    ["on-failure", SIGNAL, true, false],
    ["on-failure", { kind: "unknown" }, true, false],
    ["never", exit(0), false, true],
    ["never", exit(2), false, false],
    [undefined, exit(0), true, false],
  ] as const)("%s after %o", (policy, end, restarts, isOrderly) => {
    expect(mayRestart(policy, end)).toBe(restarts);
    expect(isOrderlyEnd(policy, end)).toBe(isOrderly);
  });

  it("bounds the wait after probation, and not the one within it", () => {
    expect(restartDelayMs(20, false, 1, 5_000)).toBe(5_000);
    expect(restartDelayMs(20, false, 1)).toBe(60_000);
    expect(restartDelayMs(20, true, 1, 5_000)).toBe(500);
  });
});
