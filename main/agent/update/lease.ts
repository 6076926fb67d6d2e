/**
 * A permission that ends. It counts from receipt on this host's monotonic clock, so that setting the wall clock, here
 * or there, neither lengthens nor shortens it.
 */
export type Lease = { readonly receivedAtMs: number; readonly leaseMs: number };

/** Whether something may still begin under the lease at `nowMs` (the same monotonic clock). The last instant is over. */
export function isLive(lease: Lease, nowMs: number): boolean {
  const elapsedMs = nowMs - lease.receivedAtMs;
  // Negative means another boot's clock: nothing is known about such a lease, and an unknown permission is none.
  return elapsedMs >= 0 && elapsedMs < lease.leaseMs;
}
