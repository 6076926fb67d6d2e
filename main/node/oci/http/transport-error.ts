import { AppError } from "#shared/errors/app-error.ts";
import { errnoOf } from "../../disk-error.ts";

/** What may have ended an exchange besides the network. */
export type ExchangeEnds = {
  /** Somebody stopped it. */
  readonly cancelled: AbortSignal;
  /** Its whole time is over. */
  readonly deadline: AbortSignal;
};

/** Says what ended an exchange with `host` in our words. What is an AppError already stays what it is. */
export function transportError(thrown: unknown, host: string, ends: ExchangeEnds): AppError {
  if (ends.cancelled.aborted) return new AppError("CANCELLED", "The transfer was stopped; what had arrived stays.", { cause: thrown });
  if (ends.deadline.aborted) {
    return new AppError("REMOTE_TOO_SLOW", `${host} answered too slowly; the exchange was given up.`, { cause: thrown });
  }
  if (thrown instanceof AppError) return thrown;
  const reason = errnoOf(thrown);
  const advice = reason === "EPROTO" ? " It seems to speak plain HTTP, whose addresses begin with http://." : "";
  return new AppError("REMOTE_UNREACHABLE", `The connection to ${host} failed${reason === undefined ? "" : ` (${reason})`}.${advice}`, {
    cause: thrown,
    details: { host, ...(reason !== undefined && { reason }) },
  });
}

/** Whether the connection failed, so that nobody knows how much arrived. */
export function isCut(thrown: unknown): thrown is AppError {
  return thrown instanceof AppError && ["REMOTE_UNREACHABLE", "REMOTE_TIMEOUT", "REMOTE_TOO_SLOW"].includes(thrown.code);
}
