import type { HostFailure } from "#shared/domain/host/reported.ts";
import type { GrantId } from "#shared/lib/ids.ts";
import { spendGrant } from "./journal-notes.ts";
import type { Journal } from "./journal.ts";
import { endCandidate } from "./transitions.ts";

/** What a halt names. */
export type HaltedGrants = "all" | readonly GrantId[];

/** The journal after the halt, and the grants for which it came too late: their switch had begun. */
export type HaltResult = { readonly journal: Journal; readonly switching: readonly GrantId[] };

const HALTED: HostFailure = { cause: "halted", message: "Stopped by the control plane before the switch; what served goes on serving." };

const isNamed = (grants: HaltedGrants, grantId: GrantId): boolean => grants === "all" || grants.includes(grantId);

/**
 * Stops what has not begun its switch. It also spends the grants, so that a document or a go that was already on its
 * way begins nothing after the halt was acknowledged. Synchronous on purpose: between this decision and a switch's own
 * there is no moment in which both could think that they came first.
 *
 * @param offered the grants that the desired document holds for this application, begun or not.
 */
export function haltJournal(journal: Journal, grants: HaltedGrants, offered: readonly GrantId[], at: number): HaltResult {
  const { serving, candidate } = journal;
  const isMoving = serving.state === "switching" || serving.state === "probation" || serving.state === "reverting";
  const begun = isMoving && serving.grantId !== undefined ? [serving.grantId] : [];
  const stopped = candidate !== undefined && isNamed(grants, candidate.grantId) ? endCandidate(journal, "idle", HALTED, at) : journal;
  const switching = begun.filter((grantId) => isNamed(grants, grantId));
  const spent = offered.filter((grantId) => isNamed(grants, grantId)).reduce(spendGrant, stopped);
  return { journal: spent, switching };
}
