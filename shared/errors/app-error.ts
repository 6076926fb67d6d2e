import { ERROR_CODES, isErrorCode, type ErrorCode } from "./codes.ts";

/** Facts beside the message: flat, bounded by the thrower, safe to show and to log. Never a secret. */
export type ErrorDetails = Readonly<Record<string, string | number | boolean | undefined>>;

/** The form an error takes on every wire. */
export type ErrorWire = { readonly code: ErrorCode; readonly message: string; readonly details: ErrorDetails };

/**
 * A failure with a code. The message says what happened and what was not done, as one or two sentences to a person;
 * what to do next comes from the code's entry. Expected outcomes of a decision are values, not errors.
 */
export class AppError extends Error {
  override readonly name = "AppError";
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, message: string, options: { readonly details?: ErrorDetails; readonly cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.details = options.details ?? {};
  }

  get retryable(): boolean {
    return ERROR_CODES[this.code].retryable;
  }

  get next(): string {
    return ERROR_CODES[this.code].next;
  }

  toWire(): ErrorWire {
    return { code: this.code, message: this.message, details: this.details };
  }
}

/** Turns whatever was thrown into an AppError, so that edges answer one shape. Unknown errors become INTERNAL and keep their cause. */
export function toAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  if (thrown instanceof Error && thrown.name === "AbortError")
    return new AppError("CANCELLED", "The action was cancelled.", { cause: thrown });
  return new AppError("INTERNAL", "Something went wrong inside Rollcall; nothing of the action was kept.", { cause: thrown });
}

/** Reads an error's wire form, written by a program of the same or another version. */
export function fromWire(wire: { readonly code: string; readonly message: string; readonly details?: ErrorDetails }): AppError {
  const code = isErrorCode(wire.code) ? wire.code : "INTERNAL";
  return new AppError(code, wire.message, wire.details === undefined ? {} : { details: wire.details });
}
