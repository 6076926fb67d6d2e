import type { HostFailure } from "#shared/domain/host/reported.ts";
import type { RunSpec } from "#shared/domain/release/run-spec.ts";
import { formatDuration } from "#shared/lib/format.ts";
import { awaitedReadiness } from "../process/awaited-readiness.ts";

/**
 * How a supervised process ended. `memory` was killed by the kernel, `hang` by the agent, `background` left others running
 * under no supervision; their messages follow "it". `unknown` is one that this agent did not start itself and could not
 * wait for.
 */
export type ProcessExit =
  | { readonly kind: "exit"; readonly code: number }
  | { readonly kind: "signal"; readonly signal: string }
  | { readonly kind: "not-executable"; readonly message: string }
  | { readonly kind: "memory" | "hang" | "background"; readonly message: string }
  /** It was not started, since what it listens on cannot be had. */
  | { readonly kind: "no-socket"; readonly message: string }
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
  /** Since when the running process has been ready by its own word. */
  readonly readyAtMs?: number | undefined;
  /** It has ended in order, as its restart policy allows, and is not started again. */
  readonly isFinished?: boolean;
  /** Why it is not well, by its own word. */
  readonly unwell?: string | undefined;
};

/** What probation says now. `pending` names how long nothing can change by time alone. */
export type Verdict =
  | { readonly verdict: "pending"; readonly againInMs: number }
  | { readonly verdict: "passed" }
  | { readonly verdict: "failed"; readonly failure: HostFailure };

/** A process that was just restarted proves nothing yet: probation does not end on one younger than this. */
const SETTLED_MS = 1000;

type Limits = Pick<RunSpec, "probe" | "readiness" | "restart" | "startDeadlineMs" | "probationMs" | "crashLimit">;

/** How an exit reads in a sentence about "it". */
export function describeExit(exit: ProcessExit | undefined): string {
  if (exit === undefined) return "ended";
  switch (exit.kind) {
    case "unknown":
      return "ended";
    case "exit":
      return `ended with exit code ${exit.code}`;
    case "signal":
      return `was ended by ${exit.signal}`;
    case "not-executable":
      return `could not be executed: ${exit.message}`;
    case "no-socket":
      return `was not started: ${exit.message}`;
    case "memory":
    case "hang":
    case "background":
      return exit.message;
  }
}

/** Causes that control planes have always known; what they have no word for is told apart by its code. */
const BLAME: Readonly<Record<ProcessExit["kind"], Pick<HostFailure, "cause" | "code">>> = {
  exit: { cause: "exit" },
  unknown: { cause: "exit" },
  signal: { cause: "signal" },
  "not-executable": { cause: "exec" },
  "no-socket": { cause: "exec", code: "NO_SOCKET" },
  memory: { cause: "signal", code: "OUT_OF_MEMORY" },
  hang: { cause: "probe", code: "HUNG" },
  background: { cause: "exit", code: "WENT_TO_BACKGROUND" },
};

/** What an exit is blamed on, with a sentence that says more. */
export function blameExit(exit: ProcessExit | undefined, message: string): HostFailure {
  return { ...BLAME[exit?.kind ?? "unknown"], message: message.slice(0, 500) };
}

function failed(cause: HostFailure["cause"], message: string): Verdict {
  return { verdict: "failed", failure: { cause, message: message.slice(0, 500) } };
}

function judgeExits(seen: Observations, limits: Limits): Verdict | undefined {
  const exit = seen.lastExit;
  if (exit !== undefined && AT_ONCE.has(exit.kind)) return { verdict: "failed", failure: blameExit(exit, `It ${describeExit(exit)}.`) };
  // What is never started again has one life.
  if (seen.crashes < (limits.restart?.policy === "never" ? 1 : limits.crashLimit)) return undefined;
  const times = seen.crashes === 1 ? "once" : `${seen.crashes} times`;
  const message = `It crashed ${times} in its probation; the last time it ${describeExit(exit)}.`;
  return { verdict: "failed", failure: blameExit(exit, message) };
}

/** Trying again does not make a file executable, nor keep one in the foreground; and a hang has cost its deadline already. */
const AT_ONCE: ReadonlySet<ProcessExit["kind"]> = new Set(["not-executable", "background", "hang"]);

/** What a version owes before it counts as started; undefined when it has started. */
function judgeStart(seen: Observations, limits: Limits, elapsedMs: number): Verdict | undefined {
  const isSilent = ["pipe", "ipc"].includes(awaitedReadiness(limits)) && seen.readyAtMs === undefined;
  const isUnanswered = limits.probe !== undefined && seen.firstGoodAtMs === undefined;
  if (!isSilent && !isUnanswered) return undefined;
  if (elapsedMs < limits.startDeadlineMs) return { verdict: "pending", againInMs: limits.startDeadlineMs - elapsedMs };
  const within = formatDuration(limits.startDeadlineMs);
  if (isSilent) return failed("start-deadline", `It did not say within ${within} that it is ready.`);
  return failed("start-deadline", `Its probe did not answer well within ${within}: ${seen.lastProbe ?? "no answer"}.`);
}

/**
 * Judges a version in its probation. Passing needs its whole time, a process that runs and is ready and, with a probe, an
 * answer that was good at the end; a deadline that runs out, a crash loop or a row of failed probes fails it at once.
 */
export function judgeProbation(seen: Observations, limits: Limits, nowMs: number): Verdict {
  const byExit = judgeExits(seen, limits);
  if (byExit !== undefined) return byExit;
  const elapsedMs = nowMs - seen.startedAtMs;
  const restMs = limits.probationMs - elapsedMs;
  if (seen.isFinished === true) return restMs > 0 ? { verdict: "pending", againInMs: restMs } : { verdict: "passed" };
  if (seen.unwell !== undefined)
    return {
      verdict: "failed",
      failure: { cause: "probe", code: "UNWELL", message: `It said that it is not well: ${seen.unwell}`.slice(0, 500) },
    };
  const start = judgeStart(seen, limits, elapsedMs);
  if (start !== undefined) return start;
  if (limits.probe !== undefined && seen.failedProbesInARow >= limits.probe.failureThreshold) {
    return failed("probe", `Its probe failed ${seen.failedProbesInARow} times in a row: ${seen.lastProbe ?? "no answer"}.`);
  }
  const settledInMs =
    seen.runningSinceMs === undefined ? SETTLED_MS : seen.runningSinceMs + Math.min(SETTLED_MS, limits.probationMs) - nowMs;
  if (restMs > 0 || settledInMs > 0 || seen.failedProbesInARow > 0) {
    return { verdict: "pending", againInMs: Math.max(restMs, settledInMs, 100) };
  }
  return { verdict: "passed" };
}
