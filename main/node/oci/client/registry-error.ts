import { z } from "zod";
import { AppError } from "#shared/errors/app-error.ts";
import type { ErrorCode } from "#shared/errors/codes.ts";
import type { HttpAnswer } from "../http/http-messages.ts";
import { readBounded } from "../http/read-bounded.ts";
import { retryAfterMs } from "../../retry-after.ts";

const errorDocument = z.object({
  errors: z
    .array(z.object({ code: z.string().max(100).catch("UNKNOWN"), message: z.string().max(2000).catch("") }))
    .min(1)
    .max(100),
});

const BY_STATUS: ReadonlyMap<number, ErrorCode> = new Map([
  [401, "STORE_CREDENTIALS_REFUSED"],
  [403, "STORE_FORBIDDEN"],
  [404, "STORE_NOT_FOUND"],
  [408, "REMOTE_TIMEOUT"],
  [413, "STORE_TOO_LARGE"],
  [429, "RATE_LIMITED"],
  [500, "REMOTE_UNREACHABLE"],
  [502, "REMOTE_UNREACHABLE"],
  [503, "REMOTE_UNREACHABLE"],
  [504, "REMOTE_TIMEOUT"],
]);

/** A refusal with what the registry says about it. Reads the answer's body, within a bound. */
export async function registryError(answer: HttpAnswer, what: string, bounds: { smallBytes: number; now: number }): Promise<AppError> {
  const said = await readReason(answer, bounds.smallBytes);
  const waitMs = retryAfterMs(answer.headers["retry-after"], bounds.now);
  return new AppError(
    codeOf(answer.status, said?.code),
    `${answer.url.host} refused ${what} (${answer.status}${said === undefined ? "" : `: ${said.text}`}).`,
    {
      details: {
        status: answer.status,
        ...(said !== undefined && { registryCode: said.code }),
        ...(waitMs !== undefined && { retryAfterMs: waitMs }),
      },
    },
  );
}

function codeOf(status: number, registryCode: string | undefined): ErrorCode {
  if (registryCode === "TOOMANYREQUESTS") return "RATE_LIMITED";
  if (registryCode === "DENIED") return "STORE_FORBIDDEN";
  return BY_STATUS.get(status) ?? "STORE_PROTOCOL";
}

/** The distribution-spec's error document: the first of its errors, on one line. */
async function readReason(answer: HttpAnswer, maxBytes: number): Promise<{ code: string; text: string } | undefined> {
  try {
    const body = Buffer.from(await readBounded(answer, maxBytes)).toString("utf8");
    const [first] = errorDocument.parse(JSON.parse(body)).errors;
    if (first === undefined) return undefined;
    const text = `${first.code} ${first.message}`.replaceAll(/[\p{Cc}\s]+/gu, " ").trim();
    return { code: first.code, text: text.slice(0, 200) };
  } catch {
    return undefined;
  }
}
