import { ORPCError } from "@orpc/client";
import { errorDetails } from "#shared/contract/base.ts";
import { AppError, fromWire, toAppError } from "#shared/errors/app-error.ts";
import { isErrorCode, type ErrorCode } from "#shared/errors/codes.ts";

const BY_STATUS: Readonly<Record<number, ErrorCode>> = {
  400: "INPUT_INVALID",
  401: "ACCESS_UNAUTHENTICATED",
  403: "ACCESS_DENIED",
  404: "NOT_FOUND",
  409: "CONFLICT_STATE",
  413: "INPUT_TOO_LARGE",
  429: "RATE_LIMITED",
};

/**
 * Turns whatever a link threw into an AppError: coded answers keep their code, answers of proxies and older servers get
 * one from their status, and a lost or silent connection says that the outcome is not known.
 */
export function clientError(thrown: unknown): AppError {
  if (thrown instanceof ORPCError) return fromAnswer(thrown);
  if (thrown instanceof DOMException && thrown.name === "TimeoutError") {
    return new AppError(
      "REMOTE_TIMEOUT",
      "No answer came in time. It is not known whether the action took effect; look before you repeat it.",
      { cause: thrown },
    );
  }
  if (thrown instanceof TypeError) return new AppError("REMOTE_UNREACHABLE", "The control plane could not be reached.", { cause: thrown });
  return toAppError(thrown);
}

/** What an answer says, whatever made it: the fields are checked, not trusted. */
type Answer = { readonly code: unknown; readonly status: unknown; readonly message: string; readonly data: unknown };

function fromAnswer(answer: Answer): AppError {
  const details = errorDetails.safeParse(answer.data);
  const byStatus = typeof answer.status === "number" ? BY_STATUS[answer.status] : undefined;
  const code = typeof answer.code === "string" && isErrorCode(answer.code) ? answer.code : (byStatus ?? "INTERNAL");
  return fromWire({ code, message: answer.message, ...(details.success ? { details: details.data } : {}) });
}
