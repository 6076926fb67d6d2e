import { describe, expect, it } from "vitest";
import { judgeProbation, type Observations } from "#main/agent/update/probation.ts";
import { runSpec } from "#shared/domain/release/run-spec.ts";

const probe = { kind: "http" as const, url: "http://127.0.0.1:1/" };
const probed = runSpec.parse({ probe, probationMs: 30_000, startDeadlineMs: 10_000, crashLimit: 3 });
const unprobed = runSpec.parse({ probationMs: 30_000, crashLimit: 3 });
const seen = (change: Partial<Observations> = {}): Observations => ({
  startedAtMs: 0,
  crashes: 0,
  lastExit: undefined,
  runningSinceMs: 0,
  firstGoodAtMs: undefined,
  failedProbesInARow: 0,
  lastProbe: undefined,
  ...change,
});

describe("a probation with a probe", () => {
  it("passes after its whole time with a good answer at the end", () => {
    const good = seen({ firstGoodAtMs: 500 });
    expect(judgeProbation(good, probed, 29_999)).toMatchObject({ verdict: "pending" });
    expect(judgeProbation(good, probed, 30_000)).toEqual({ verdict: "passed" });
    expect(judgeProbation({ ...good, failedProbesInARow: 1 }, probed, 30_000)).toMatchObject({ verdict: "pending" });
  });

  it("fails when there was no good answer by the start deadline, and says what there was", () => {
    expect(judgeProbation(seen(), probed, 9_999)).toEqual({ verdict: "pending", againInMs: 1 });
    expect(judgeProbation(seen({ lastProbe: "status 500, expected 200" }), probed, 10_000)).toMatchObject({
      verdict: "failed",
      failure: { cause: "start-deadline", message: expect.stringContaining("status 500") as string },
    });
  });

  it("fails late, too, when the probe fails as often in a row as its threshold", () => {
    const sick = seen({ firstGoodAtMs: 500, failedProbesInARow: 3 });
    expect(judgeProbation(sick, probed, 20_000)).toMatchObject({ verdict: "failed", failure: { cause: "probe" } });
  });
});

describe("a probation and crashes", () => {
  it("bears crashes below the limit and calls a loop by how it ended", () => {
    expect(judgeProbation(seen({ crashes: 2 }), unprobed, 1000)).toMatchObject({ verdict: "pending" });
    const exits = seen({ crashes: 3, lastExit: { kind: "exit", code: 1 } });
    expect(judgeProbation(exits, unprobed, 1000)).toMatchObject({
      failure: { cause: "exit", message: expect.stringContaining("exit code 1") as string },
    });
    const signals = seen({ crashes: 3, lastExit: { kind: "signal", signal: "SIGSEGV" } });
    expect(judgeProbation(signals, unprobed, 1000)).toMatchObject({
      failure: { cause: "signal", message: expect.stringContaining("SIGSEGV") as string },
    });
  });

  it("does not wait for a second try of what cannot be executed", () => {
    const exec = seen({ crashes: 1, lastExit: { kind: "not-executable", message: "it is for another machine" } });
    expect(judgeProbation(exec, unprobed, 10)).toMatchObject({ verdict: "failed", failure: { cause: "exec" } });
  });

  it("passes without a probe when a process has run to the end", () => {
    expect(judgeProbation(seen(), unprobed, 30_000)).toEqual({ verdict: "passed" });
  });

  it("does not pass on a process that was restarted a moment ago, or on none", () => {
    expect(judgeProbation(seen({ crashes: 1, runningSinceMs: 29_500 }), unprobed, 30_000)).toMatchObject({
      verdict: "pending",
      againInMs: 500,
    });
    expect(judgeProbation(seen({ crashes: 1, runningSinceMs: undefined }), unprobed, 40_000)).toMatchObject({ verdict: "pending" });
  });
});

describe("a probation and the word of the version itself", () => {
  const spoken = runSpec.parse({ readiness: { kind: "pipe" }, probationMs: 30_000, startDeadlineMs: 10_000 });

  it("fails when it does not say that it is ready, and passes when it has", () => {
    expect(judgeProbation(seen(), spoken, 9_999)).toEqual({ verdict: "pending", againInMs: 1 });
    expect(judgeProbation(seen(), spoken, 10_000)).toMatchObject({ failure: { cause: "start-deadline" } });
    expect(judgeProbation(seen({ readyAtMs: 20 }), spoken, 30_000)).toEqual({ verdict: "passed" });
  });

  it("wants the word and the probe where there are both", () => {
    const both = runSpec.parse({ ...spoken, probe });
    expect(judgeProbation(seen({ readyAtMs: 20 }), both, 10_000)).toMatchObject({ failure: { cause: "start-deadline" } });
    expect(judgeProbation(seen({ firstGoodAtMs: 20 }), both, 10_000)).toMatchObject({ failure: { cause: "start-deadline" } });
    expect(judgeProbation(seen({ readyAtMs: 20, firstGoodAtMs: 30 }), both, 30_000)).toEqual({ verdict: "passed" });
  });

  it.each([
    ["hang", "probe", "HUNG"],
    ["background", "exit", "WENT_TO_BACKGROUND"],
  ] as const)("does not wait for a second %s", (kind, cause, code) => {
    const ended = seen({ crashes: 1, lastExit: { kind, message: "did it" } });
    expect(judgeProbation(ended, unprobed, 1)).toMatchObject({ verdict: "failed", failure: { cause, code, message: "It did it." } });
  });

  it("tells a kill for memory apart from a signal, by its code", () => {
    const killed = seen({ crashes: 3, lastExit: { kind: "memory", message: "was killed by the kernel, which needed its memory" } });
    expect(judgeProbation(killed, unprobed, 1)).toMatchObject({ failure: { cause: "signal", code: "OUT_OF_MEMORY" } });
  });

  it("passes one that ended in order, as its policy allows, after its whole time", () => {
    const done = seen({ isFinished: true, runningSinceMs: undefined });
    expect(judgeProbation(done, unprobed, 29_999)).toMatchObject({ verdict: "pending" });
    expect(judgeProbation(done, unprobed, 30_000)).toEqual({ verdict: "passed" });
  });
});
