import { ORPCError, ValidationError } from "@orpc/server";
import { z } from "zod";
import { AppError, toAppError } from "#shared/errors/app-error.ts";
import { ERROR_CODES, isErrorCode, type ErrorCode } from "#shared/errors/codes.ts";
import type { RequestContext } from "./request-context.ts";

/** Turns whatever a handler threw into the contract's typed error. Bugs are logged with their cause and masked. */
export function translateFailure(thrown: unknown, context: RequestContext, path: readonly string[]): ORPCError<string, unknown> {
  const failure = asAppError(thrown);
  if (failure.code === "INTERNAL") {
    context.logger.error(
      { correlationId: context.correlationId, procedure: path.join("."), err: failure.cause },
      "a procedure failed unexpectedly",
    );
  }
  return new ORPCError(failure.code, {
    status: ERROR_CODES[failure.code].status,
    message: failure.message,
    data: { ...failure.details, next: failure.next, correlationId: context.correlationId },
    cause: failure,
  });
}

function asAppError(thrown: unknown): AppError {
  if (thrown instanceof ORPCError) {
    if (thrown.cause instanceof ValidationError && thrown.code === "BAD_REQUEST") return invalidInput(thrown.cause);
    if (thrown.cause instanceof AppError) return thrown.cause;
  }
  return toAppError(thrown);
}

function invalidInput(cause: ValidationError): AppError {
  const issue = cause.issues[0];
  const field = (issue?.path ?? []).map((part) => (typeof part === "object" ? String(part.key) : String(part))).join(".");
  const where = field === "" ? "The input" : `The field "${field.slice(0, 100)}"`;
  return new AppError(codeOf(issue), `${where} is not acceptable: ${(issue?.message ?? "wrong form").slice(0, 300)}. Nothing was done.`, {
    details: { field: field.slice(0, 100) },
  });
}

/** A schema may name the code of its own error in `params.errorCode`. */
function codeOf(issue: object | undefined): ErrorCode {
  const named = z.object({ params: z.object({ errorCode: z.string().refine(isErrorCode) }) }).safeParse(issue);
  return named.success ? named.data.params.errorCode : "INPUT_INVALID";
}
