import { retry } from "@octokit/plugin-retry";
import { throttling } from "@octokit/plugin-throttling";
import { Octokit } from "@octokit/rest";
import type { FetchInit } from "./bounded-fetch.ts";
import type { GithubSurroundings } from "./github-surroundings.ts";

const PluggedOctokit = Octokit.plugin(throttling, retry);

/** Octokit as this adapter uses it. */
export type GithubOctokit = InstanceType<typeof PluggedOctokit>;

/** Two retries of a read, after one and four seconds: longer waits belong to the publication, where people see them. */
const READ_RETRIES = 2;

/**
 * Octokit with throttling (ten requests at once, writes spaced) and retries, over our own `fetch`. It never waits for a
 * rate limit by itself: the answer goes on as RATE_LIMITED, so that the wait is shown and can be cancelled.
 */
export function makeOctokit(
  apiUrl: string,
  fetch: (address: string, init: FetchInit) => Promise<Response>,
  { logger, userAgent, spaceWrites = isGithubItself(apiUrl), retryBaseMs = 1000 }: GithubSurroundings,
): GithubOctokit {
  const note = (kind: string) => (retryAfterSeconds: number) => {
    logger.warn({ kind, retryAfterSeconds, apiUrl }, "GitHub's rate limit was reached");
  };
  return new PluggedOctokit({
    baseUrl: apiUrl.replace(/\/+$/, ""),
    userAgent,
    request: { fetch },
    log: {
      debug: () => undefined,
      info: () => undefined,
      warn: (message) => logger.warn({ said: message.slice(0, 300) }, "Octokit warns"),
      error: () => undefined,
    },
    throttle: spaceWrites ? { id: apiUrl, onRateLimit: note("primary"), onSecondaryRateLimit: note("secondary") } : { enabled: false },
    retry: { retries: READ_RETRIES, retryAfterBaseValue: retryBaseMs, doNotRetry: [400, 401, 403, 404, 409, 410, 413, 422, 429, 451] },
  });
}

function isGithubItself(apiUrl: string): boolean {
  const { hostname } = new URL(apiUrl);
  return hostname === "api.github.com" || hostname.endsWith(".ghe.com");
}
