import type { HostFailure } from "#shared/domain/host/reported.ts";
import type { RunSpec } from "#shared/domain/release/run-spec.ts";
import { formatDuration } from "#shared/lib/format.ts";

/** How a supervised process ended. `unknown` is one that this agent did not start itself and could not wait for. */
export type ProcessExit =
  | { readonly kind: "exit"; readonly code: number }
  | { readonly kind: "signal"; readonly signal: string }
  | { readonly kind: "not-executable"; readonly message: string }
  | { readonly kind: "unknown" };

/** What was seen of a version since its switch. Times are of the monotonic clock, in ms. */
export type Observations = {
  readonly startedAtMs: number;
  /** Unexpected exits since the switch, those before an agent restart included. */
  readonly crashes: number;
  readonly lastExit?: ProcessExit | undefined;
  /** Since when the present process runs; undefined while there is none. */
  readonly runningSinceMs?: number | undefined;
  /** Since when the running process has answered its probe well; undefined before the first good answer. */
  readonly firstGoodAtMs?: number | undefined;
  readonly failedProbesInARow: number;
  readonly lastProbe?: string | undefined;
};

/** What probation says now. `pending` names how long nothing can change by time alone. */
export type Verdict =
  | { readonly verdict: "pending"; readonly againInMs: number }
  | { readonly verdict: "passed" }
  | { readonly verdict: "failed"; readonly failure: HostFailure };

/** A process that was just restarted proves nothing yet: probation does not end on one younger than this. */
const SETTLED_MS = 1000;

type Limits = Pick<RunSpec, "probe" | "startDeadlineMs" | "probationMs" | "crashLimit">;

/** How an exit reads in a sentence about "it". */
export function describeExit(exit: ProcessExit | undefined): string {
  if (exit === undefined || exit.kind === "unknown") return "ended";
  if (exit.kind === "exit") return `ended with exit code ${exit.code}`;
  return exit.kind === "signal" ? `was ended by ${exit.signal}` : `could not be executed: ${exit.message}`;
}

function failed(cause: HostFailure["cause"], message: string): Verdict {
  return { verdict: "failed", failure: { cause, message: message.slice(0, 500) } };
}

function judgeExits(seen: Observations, limits: Limits): Verdict | undefined {
  const exit = seen.lastExit;
  // Trying again does not make a file executable; every further start would only delay the revert.
  if (exit?.kind === "not-executable") return failed("exec", `It ${describeExit(exit)}.`);
  if (seen.crashes < limits.crashLimit) return undefined;
  const times = seen.crashes === 1 ? "once" : `${seen.crashes} times`;
  return failed(
    exit?.kind === "signal" ? "signal" : "exit",
    `It crashed ${times} in its probation; the last time it ${describeExit(exit)}.`,
  );
}

/**
 * Judges a version in its probation. Passing needs its whole time, a running process and, with a probe, an answer that
 * was good at the end; a deadline that runs out, a crash loop or a row of failed probes fails it at once.
 */
export function judgeProbation(seen: Observations, limits: Limits, nowMs: number): Verdict {
  const byExit = judgeExits(seen, limits);
  if (byExit !== undefined) return byExit;
  const elapsedMs = nowMs - seen.startedAtMs;
  const restMs = limits.probationMs - elapsedMs;
  if (limits.probe !== undefined) {
    if (seen.firstGoodAtMs === undefined) {
      if (elapsedMs < limits.startDeadlineMs) return { verdict: "pending", againInMs: limits.startDeadlineMs - elapsedMs };
      return failed(
        "start-deadline",
        `Its probe did not answer well within ${formatDuration(limits.startDeadlineMs)}: ${seen.lastProbe ?? "no answer"}.`,
      );
    }
    if (seen.failedProbesInARow >= limits.probe.failureThreshold) {
      return failed("probe", `Its probe failed ${seen.failedProbesInARow} times in a row: ${seen.lastProbe ?? "no answer"}.`);
    }
  }
  const settledInMs =
    seen.runningSinceMs === undefined ? SETTLED_MS : seen.runningSinceMs + Math.min(SETTLED_MS, limits.probationMs) - nowMs;
  if (restMs > 0 || settledInMs > 0 || seen.failedProbesInARow > 0) {
    return { verdict: "pending", againInMs: Math.max(restMs, settledInMs, 100) };
  }
  return { verdict: "passed" };
}
