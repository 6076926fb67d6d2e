import { z } from "zod";
import { AppError } from "#shared/errors/app-error.ts";
import type { ErrorCode } from "#shared/errors/codes.ts";
import { formatDuration } from "#shared/lib/format.ts";
import { rateLimitWaitMs, type RefusedAnswer } from "#shared/domain/store/github/rate-limit.ts";

/** What Octokit throws when GitHub refuses. Its request, with all headers, is left behind on purpose. */
const refusal = z.object({
  status: z.number(),
  response: z.object({ headers: z.record(z.string(), z.coerce.string()), data: z.unknown() }),
});
/** GitHub's own words (OpenAPI: basic-error, validation-error). */
const words = z.object({
  message: z.string().default(""),
  errors: z.array(z.object({ code: z.string().optional(), field: z.string().optional(), message: z.string().optional() })).catch([]),
});

/** How a failed call is told: what was being done, and what must not be repeated in a message. */
export type FailureContext = {
  /** What was not done, as the end of a sentence: `the asset web was not sent`. */
  readonly undone: string;
  readonly repository: string;
  readonly token: string | undefined;
  readonly now: number;
};

/**
 * Turns what Octokit, `fetch` or our own code threw into an AppError in our words. Nothing of the request survives, and
 * what GitHub said is shortened and cleaned of the token, so that no log or screen can ever show it.
 */
export function toGithubFailure(thrown: unknown, context: FailureContext): AppError {
  const own = findAppError(thrown);
  if (own !== undefined) return own;
  const refused = refusal.safeParse(thrown).data;
  if (refused === undefined) {
    return new AppError("REMOTE_UNREACHABLE", `The connection to GitHub failed (${networkWord(thrown)}); ${context.undone}.`);
  }
  const said = words.safeParse(refused.response.data).data ?? { message: "", errors: [] };
  const message = clean(said.message, context.token);
  const answer = { status: refused.status, headers: refused.response.headers, message };
  const waitMs = rateLimitWaitMs(answer, context.now);
  if (waitMs !== undefined) {
    const text = `GitHub limits how much this account may ask, for another ${formatDuration(waitMs)}; ${context.undone} until then.`;
    return new AppError("RATE_LIMITED", text, { details: { retryAfterMs: waitMs } });
  }
  const { code, text } = explain(answer, context);
  const [first] = said.errors;
  const reason =
    first?.code === undefined ? {} : { reason: clean(first.code, context.token), field: clean(first.field ?? "", context.token) };
  const detail = clean(said.errors.map((one) => one.message ?? `${one.field ?? ""} ${one.code ?? ""}`.trim()).join(", "), context.token);
  const quote = [message, detail].filter((part) => part !== "").join(": ");
  return new AppError(code, `${text}${quote === "" ? "" : ` GitHub says: "${quote}".`}`, {
    details: { status: refused.status, ...reason },
  });
}

function explain(
  { status, headers }: RefusedAnswer,
  { undone, repository, token }: FailureContext,
): { readonly code: ErrorCode; readonly text: string } {
  const who = token === undefined ? "without a token" : "to this token";
  if (status === 401) {
    const text =
      token === undefined
        ? "GitHub asks for a token, and none is set"
        : "GitHub does not know the token: it is wrong, was revoked, or has ended";
    return { code: "STORE_CREDENTIALS_REFUSED", text: `${text}; ${undone}.` };
  }
  if (status === 403 && headers["x-github-sso"] !== undefined) {
    return { code: "STORE_FORBIDDEN", text: `The organization wants the token authorized for its single sign-on first; ${undone}.` };
  }
  if (status === 403)
    return { code: "STORE_FORBIDDEN", text: `GitHub refuses this ${who}, which needs "Contents: write" on ${repository}; ${undone}.` };
  if (status === 404 || status === 410 || status === 451) {
    return {
      code: "STORE_NOT_FOUND",
      text: `GitHub shows no such thing in ${repository} ${who}: it is not there, or is hidden for want of a right; ${undone}.`,
    };
  }
  if (status === 413) return { code: "STORE_TOO_LARGE", text: `GitHub takes no file of this size; ${undone}.` };
  if (status === 409 || status === 422) return { code: "STORE_CONFLICT", text: `GitHub refused it as it stands; ${undone}.` };
  if (status >= 500) return { code: "REMOTE_UNREACHABLE", text: `GitHub is in trouble (${status}); ${undone}.` };
  return { code: "STORE_PROTOCOL", text: `GitHub answered ${status}, which this request does not allow; ${undone}.` };
}

/** An error of ours that passed through `fetch` and Octokit, which wrap what they meet. */
function findAppError(thrown: unknown): AppError | undefined {
  let one = thrown;
  for (let depth = 0; depth < 6 && one instanceof Error; depth += 1) {
    if (one instanceof AppError) return one;
    one = one.cause;
  }
  return undefined;
}

/** The system's word for what happened, such as ECONNRESET; never a message, which may quote the request. */
function networkWord(thrown: unknown): string {
  let one = thrown;
  for (let depth = 0; depth < 6 && one instanceof Error; depth += 1) {
    const code = "code" in one ? one.code : undefined;
    if (typeof code === "string" && /^[A-Z][A-Z0-9_]{2,40}$/.test(code)) return code;
    one = one.cause;
  }
  return "it ended early";
}

function clean(text: string, token: string | undefined): string {
  const hidden = token === undefined ? text : text.replaceAll(token, "…");
  return hidden.replaceAll(/\p{Cc}+/gu, " ").slice(0, 300);
}
