import { AppError } from "#shared/errors/app-error.ts";
import { archiveRefusal } from "../archive/archive-refusal.ts";

/** What a decoder threw, as a refusal; errors of ours and of the system pass as they are. */
export function damagedPacking(thrown: unknown): unknown {
  if (thrown instanceof AppError || (thrown instanceof Error && "syscall" in thrown)) return thrown;
  const detail = thrown instanceof Error ? thrown.message.slice(0, 80) : "unknown";
  return archiveRefusal(`what it is packed with is damaged or cut off (${detail})`, undefined, thrown);
}
