const MAX_WAIT_MS = 24 * 3_600_000;

/** How long a `Retry-After` header asks to wait, in milliseconds up to a day: seconds or a date, RFC 9110 section 10.2.3. */
export function retryAfterMs(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  const waitMs = /^\d{1,9}$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isNaN(waitMs) ? undefined : Math.min(Math.max(0, waitMs), MAX_WAIT_MS);
}
