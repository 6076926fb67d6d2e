import { z } from "zod";
import { hostFailure, hostPhase, runningRelease, type RunningRelease } from "#shared/domain/host/reported.ts";
import { grantId, type GrantId } from "#shared/lib/ids.ts";
import { epochMs } from "#shared/lib/scalars.ts";
import { compareSemver } from "#shared/lib/semver.ts";
import { targetRelease, type Journal, type PhaseNote } from "../update/journal.ts";
import { isSameRelease, toRunningRelease } from "../update/release-identity.ts";

/**
 * One try to bring a release here.
 *
 *     open ─▶ healthy | failed | reverted | stopped | superseded
 *
 * It goes by its first grant; a lease that ran out and was given anew goes on with the same attempt.
 */
export const attempt = z.object({
  attemptId: grantId,
  grantIds: z.array(grantId).min(1).max(16),
  kind: z.enum(["update", "rollback"]),
  by: z.enum(["authority", "application"]),
  release: runningRelease,
  from: runningRelease.optional(),
  startedAt: epochMs,
  phase: hostPhase,
  endedAt: epochMs.optional(),
  outcome: z.enum(["healthy", "failed", "reverted", "stopped", "superseded"]).optional(),
  failure: hostFailure.optional(),
  /** What the application ordered, so that an agent that is killed goes on with it. */
  order: targetRelease.optional(),
});
export type Attempt = z.infer<typeof attempt>;

/** Attempts that a host remembers of one application. */
export const MAX_ATTEMPTS = 64;

const OUTCOMES: Partial<Record<PhaseNote["phase"], NonNullable<Attempt["outcome"]>>> = {
  healthy: "healthy",
  failed: "failed",
  reverted: "reverted",
  idle: "stopped",
};

/** Whether it is still under way. */
export function isOpen(one: Attempt): boolean {
  return one.outcome === undefined;
}

/** An attempt as it begins. Going to a lower version than what serves is a rollback, whoever wants it. */
export function newAttempt(id: GrantId, by: Attempt["by"], release: RunningRelease, from: RunningRelease | undefined, at: number): Attempt {
  const isBack = from !== undefined && compareSemver(release.version, from.version) < 0;
  return {
    attemptId: id,
    grantIds: [id],
    kind: isBack ? "rollback" : "update",
    by,
    release: toRunningRelease(release),
    ...(from !== undefined && !isSameRelease(from, release) && { from: toRunningRelease(from) }),
    startedAt: at,
    phase: "idle",
  };
}

/** Adds an attempt; the oldest go first. */
export function addAttempt(attempts: readonly Attempt[], next: Attempt): Attempt[] {
  return [...attempts, next].slice(-MAX_ATTEMPTS);
}

/** The newest order of the application that is not over. */
export function openOrder(attempts: readonly Attempt[]): Attempt | undefined {
  return attempts.findLast((one) => isOpen(one) && one.order !== undefined);
}

/** The attempts after a phase was entered. The same note again changes nothing. */
export function notePhase(attempts: readonly Attempt[], note: PhaseNote, from: RunningRelease | undefined): readonly Attempt[] {
  const { grantId: id, phase, release, at } = note;
  if (id === undefined) return attempts;
  const known =
    attempts.find((one) => one.grantIds.includes(id)) ?? attempts.find((one) => isOpen(one) && isSameRelease(one.release, release));
  if (known === undefined) return notePhase(addAttempt(attempts, newAttempt(id, "authority", release, from, at)), note, from);
  if (!isOpen(known)) return attempts;
  const outcome = OUTCOMES[phase];
  const { order: _over, ...ended } = known;
  const next: Attempt = {
    ...(outcome === undefined ? known : ended),
    grantIds: known.grantIds.includes(id) ? known.grantIds : [...known.grantIds, id].slice(-16),
    phase,
    ...(note.failure !== undefined && { failure: note.failure }),
    ...(outcome !== undefined && { outcome, endedAt: at }),
  };
  return attempts.map((one) => (one === known ? next : one));
}

/**
 * Ends attempts that nothing speaks of any more: a candidate that nobody wanted made room without a word. An order that
 * was not begun yet is spoken of by itself, until a newer one takes its place.
 *
 * @param wanted the grant that the application is given now, begun or not.
 */
export function dropForgotten(attempts: readonly Attempt[], journal: Journal, wanted: GrantId | undefined, at: number): readonly Attempt[] {
  const { candidate, serving, unreported, spentGrants } = journal;
  const order = openOrder(attempts);
  const isAlive = (one: Attempt): boolean =>
    one.grantIds.some((id) => id === candidate?.grantId || ("grantId" in serving && id === serving.grantId)) ||
    one.grantIds.some((id) => unreported.some((note) => note.grantId === id)) ||
    ((one === order || one.attemptId === wanted) && !spentGrants.includes(one.attemptId));
  const isForgotten = (one: Attempt): boolean => isOpen(one) && !isAlive(one);
  return attempts.some(isForgotten) ? attempts.map((one) => (isForgotten(one) ? supersede(one, at) : one)) : attempts;
}

function supersede({ order: _over, ...one }: Attempt, at: number): Attempt {
  return { ...one, outcome: "superseded", endedAt: at };
}
