import { AppError } from "#shared/errors/app-error.ts";

const FULL = new Set(["ENOSPC", "EDQUOT"]);

/** The code of a system error (`ENOENT`), or undefined for anything else that was thrown. */
export function systemErrorCode(thrown: unknown): string | undefined {
  return thrown instanceof Error && "code" in thrown && typeof thrown.code === "string" ? thrown.code : undefined;
}

/** Turns "no space" and "quota exceeded" into ENV_DISK_FULL, whose message says what was not done; other errors pass. */
export function storageFailure(thrown: unknown, notDone: string): unknown {
  return FULL.has(systemErrorCode(thrown) ?? "")
    ? new AppError("ENV_DISK_FULL", `The disk is full. ${notDone}`, { cause: thrown })
    : thrown;
}
