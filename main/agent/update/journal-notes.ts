import type { GrantId } from "#shared/lib/ids.ts";
import type { Journal, Outcome, PhaseNote } from "./journal.ts";
import { toRunningRelease } from "./release-identity.ts";

const MAX_SPENT_GRANTS = 32;
const MAX_UNREPORTED = 64;

/** Remembers that a phase was entered until the outbox has it. */
export function note(journal: Journal, entered: PhaseNote): Journal {
  const kept = { ...entered, release: toRunningRelease(entered.release) };
  return { ...journal, unreported: [...journal.unreported, kept].slice(-MAX_UNREPORTED) };
}

/** Ends an attempt and reports how. */
export function toOutcome(journal: Journal, ended: Outcome): Journal {
  return note({ ...journal, outcome: ended }, ended);
}

/** A grant that began something, or was halted, begins nothing again. */
export function spendGrant(journal: Journal, grantId: GrantId): Journal {
  if (journal.spentGrants.includes(grantId)) return journal;
  return { ...journal, spentGrants: [...journal.spentGrants, grantId].slice(-MAX_SPENT_GRANTS) };
}
