/** Without a word of GitHub's about how long (its documentation: "wait for at least one minute"). */
const UNTOLD_MS = 60_000;
/** A limit lifts within the hour; a longer wait in an answer is an error of somebody's clock. */
const MAX_WAIT_MS = 2 * 3_600_000;

/** An answer that refuses, as far as limits need it. Header names in lower case. */
export type RefusedAnswer = { readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly message: string };

/**
 * How long to wait when an answer says that a limit was reached, in milliseconds; undefined when it says something else.
 * The primary limit tells when it resets, the secondary one how long to stay away (docs.github.com, "Rate limits for
 * the REST API"); both come as 403 or 429.
 */
export function rateLimitWaitMs(answer: RefusedAnswer, now: number): number | undefined {
  if (answer.status !== 403 && answer.status !== 429) return undefined;
  const told = retryAfterMs(answer.headers["retry-after"], now);
  if (told !== undefined) return bounded(told);
  if (answer.headers["x-ratelimit-remaining"] === "0") {
    const reset = Number(answer.headers["x-ratelimit-reset"]);
    // A second more, since the limit is lifted after that moment.
    return bounded(Number.isFinite(reset) && reset > 0 ? reset * 1000 - now + 1000 : UNTOLD_MS);
  }
  const isSecondary = /\bsecondary rate\b|\babuse detection\b/i.test(answer.message);
  return isSecondary || answer.status === 429 ? UNTOLD_MS : undefined;
}

/** Seconds, or a date (RFC 9110, 10.2.3). */
function retryAfterMs(text: string | undefined, now: number): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : date - now;
}

function bounded(waitMs: number): number {
  return Math.min(Math.max(Math.ceil(waitMs), 1000), MAX_WAIT_MS);
}
