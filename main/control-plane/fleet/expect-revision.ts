import { actorName } from "#shared/domain/audit/actor-name.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { formatDuration } from "#shared/lib/format.ts";
import type { WriteUnit } from "../db/store.ts";

/** A write that names the revision it saw. */
export type RevisionCheck = {
  /** The audit subject of the row, `<noun>:<id>`: tells who changed it. */
  readonly subject: string;
  /** Audited actions that change the revision; what else happened to it is not what the writer missed. */
  readonly actions: readonly string[];
  /** As people call it, at the start of a sentence: `The fleet "production"`. */
  readonly what: string;
  readonly seen: number;
  readonly present: number;
};

/**
 * Lets a write pass only when nobody changed the row since the caller read it.
 *
 * @throws AppError CONFLICT_STALE, which names the last one who changed it when the audit knows.
 */
export async function expectRevision(unit: WriteUnit, check: RevisionCheck): Promise<void> {
  if (check.seen === check.present) return;
  const last = await unit.db
    .selectFrom("auditEntries")
    .select(["actor", "at"])
    .where("subject", "=", check.subject)
    .where("action", "in", check.actions)
    .orderBy("sequence", "desc")
    .limit(1)
    .executeTakeFirst();
  const by = last === undefined ? "meanwhile" : `by ${actorName(last.actor)} ${formatDuration(unit.now - last.at)} ago`;
  throw new AppError("CONFLICT_STALE", `${check.what} was changed ${by}; nothing was saved.`, {
    details: { revision: check.present, ...(last === undefined ? {} : { changedBy: last.actor, changedAt: last.at }) },
  });
}
