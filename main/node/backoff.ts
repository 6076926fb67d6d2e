/** A growing wait. The n-th retry waits between nothing and `min(capMs, baseMs · 2ⁿ)`. */
export type BackoffPolicy = { readonly baseMs: number; readonly capMs: number };

/**
 * How long to wait before retry `attempt` (0 for the first), with full jitter: a thousand hosts that lost the same
 * server come back spread over the whole wait instead of in one wave.
 *
 * @param random a number in [0, 1).
 */
export function backoffDelayMs(policy: BackoffPolicy, attempt: number, random: number): number {
  return Math.floor(random * backoffCeilingMs(policy, attempt));
}

/** The longest wait before retry `attempt`, without jitter, where a lone process waits for itself. */
export function backoffCeilingMs(policy: BackoffPolicy, attempt: number): number {
  // 2 ** 30 is above every cap in milliseconds; beyond it the product would lose precision for nothing.
  return Math.min(policy.capMs, policy.baseMs * 2 ** Math.min(30, Math.max(0, attempt)));
}
