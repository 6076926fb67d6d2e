import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { rateLimitWaitMs } from "#shared/domain/store/github/rate-limit.ts";
import { AppError } from "#shared/errors/app-error.ts";
import type { ErrorCode } from "#shared/errors/codes.ts";
import { formatDuration } from "#shared/lib/format.ts";
import type { HttpAnswer } from "../../net/http-client.ts";
import { readBody } from "../../net/read-body.ts";
import { parseJson } from "../parse-json.ts";

const words = z.object({ message: z.string() });
const MAX_REFUSAL_BYTES = 64 * 1024;
/** A refusal is worth its words only for so long. */
const WORDS_MS = 2000;

/** What was asked for, and what must not be repeated. */
export type AskedOfGithub = {
  readonly what: string;
  readonly repository: string;
  readonly token: string | undefined;
  readonly now: number;
};

const REASONS: ReadonlyMap<number, readonly [ErrorCode, string]> = new Map([
  [401, ["STORE_CREDENTIALS_REFUSED", "the token is wrong, was revoked, or has ended"]],
  [403, ["STORE_FORBIDDEN", "it is forbidden with these credentials"]],
  [404, ["STORE_NOT_FOUND", "it is not there, or is hidden for want of a right"]],
]);

/**
 * Tells why GitHub refuses. A rate limit carries `details.retryAfterMs`. Its own words are shortened and cleaned of the
 * token.
 */
export async function githubRefusal({ status, headers, body }: HttpAnswer, asked: AskedOfGithub): Promise<AppError> {
  const bytes = await Promise.race([readBody(body, MAX_REFUSAL_BYTES), sleep(WORDS_MS, undefined)]).catch(() => undefined);
  body.destroy();
  const said = words.safeParse(bytes === undefined ? undefined : parseJson(bytes)).data?.message ?? "";
  const message = (asked.token === undefined ? said : said.replaceAll(asked.token, "…")).replaceAll(/\p{Cc}+/gu, " ").slice(0, 200);
  const { "retry-after": retryAfter, "x-ratelimit-remaining": remaining, "x-ratelimit-reset": reset } = headers;
  const limits = Object.entries({ "retry-after": retryAfter, "x-ratelimit-remaining": remaining, "x-ratelimit-reset": reset });
  const told = Object.fromEntries(limits.flatMap(([name, value]) => (typeof value === "string" ? [[name, value]] : [])));
  const waitMs = rateLimitWaitMs({ status, headers: told, message }, asked.now);
  const { what, repository } = asked;
  if (waitMs !== undefined)
    return new AppError("RATE_LIMITED", `GitHub limits how often it is asked, for another ${formatDuration(waitMs)}; ${what} waits.`, {
      details: { retryAfterMs: waitMs },
    });
  const [code, why] = REASONS.get(status) ?? [status >= 500 ? "REMOTE_UNREACHABLE" : "STORE_PROTOCOL", "it is in trouble"];
  const quote = message === "" ? "" : ` GitHub says: "${message}".`;
  return new AppError(code, `GitHub answered ${status} for ${what} of ${repository}: ${why}. Nothing was taken.${quote}`, {
    details: { status },
  });
}
