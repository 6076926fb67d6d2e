/** How a failing step is tried again. Waits grow from `baseMs` to `capMs`; `maxFailures` in a row without progress end it. */
export type PublicationRetryPolicy = { readonly baseMs: number; readonly capMs: number; readonly maxFailures: number };

/** A second, two, four … up to five minutes: a registry that restarts is waited for, one that is gone is named within half an hour. */
export const PUBLICATION_RETRY: PublicationRetryPolicy = { baseMs: 1000, capMs: 300_000, maxFailures: 12 };

/** What is known when a step has failed. */
export type StepFailure = {
  readonly retryable: boolean;
  /** How long the store asks us to wait, when it does. */
  readonly retryAfterMs: number | undefined;
  /** Failures in a row without progress, this one left out. */
  readonly failures: number;
  /** A number in [0, 1), so that stores that went down under many publications are not stormed at one moment. */
  readonly random: number;
};

/** Try again after `delayMs`, or stand until a person resumes it. */
export type RetryDecision = { readonly kind: "retry"; readonly delayMs: number; readonly failures: number } | { readonly kind: "fail" };

/** Decides what becomes of a publication whose step has failed. The wait is between half and all of the growing ceiling. */
export function decideRetry(failure: StepFailure, policy: PublicationRetryPolicy): RetryDecision {
  const failures = failure.failures + 1;
  if (!failure.retryable || failures >= policy.maxFailures) return { kind: "fail" };
  const ceilingMs = Math.min(policy.capMs, policy.baseMs * 2 ** Math.min(30, failure.failures));
  const ownMs = Math.floor(ceilingMs * (0.5 + failure.random / 2));
  return { kind: "retry", delayMs: Math.max(ownMs, failure.retryAfterMs ?? 0), failures };
}
