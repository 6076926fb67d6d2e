import type { HostFailure, RunningRelease } from "#shared/domain/host/reported.ts";
import type { GrantId } from "#shared/lib/ids.ts";
import { spendGrant, note, toOutcome } from "./journal-notes.ts";
import type { Candidate, InstalledRelease, Journal, TargetRelease } from "./journal.ts";
import { addQuarantine } from "./quarantine.ts";
import { isSameRelease, toRunningRelease } from "./release-identity.ts";
import { chooseWayBack, lastGoodBefore } from "./way-back.ts";

const BELOW_MINIMUM = "The host went back below the signed minimum version, since nothing else on it can serve.";

function withoutCandidate(journal: Journal): Journal {
  const { candidate: _gone, ...rest } = journal;
  return rest;
}

/** A release gets its way in, at `verifying` when its slot is still here. */
export function beginCandidate(journal: Journal, target: TargetRelease, grantId: GrantId, isHere: boolean, at: number): Journal {
  if (!isHere) return enterCandidate(journal, { state: "downloading", target, grantId }, at);
  const fetched = { bytes: 0, fullBytes: target.sizeBytes, deltas: 0 };
  return enterCandidate(journal, { state: "verifying", target, grantId, fetched }, at);
}

/** The candidate goes on to another state, or goes on in the same one under another grant. */
export function enterCandidate(journal: Journal, candidate: Candidate, at: number): Journal {
  const { state, target, grantId, fetched } = candidate;
  const told = state === "staged" && fetched !== undefined ? { fetched } : {};
  return note({ ...journal, candidate }, { phase: state, release: target, grantId, ...told, at });
}

/** Its bytes are not here although they should be. The slot is forgotten, or the way would lead back here for ever. */
export function refetchCandidate(journal: Journal, candidate: Candidate, at: number): Journal {
  const installed = journal.installed.filter((one) => !isSameRelease(one, candidate.target));
  return enterCandidate({ ...journal, installed }, { ...candidate, state: "downloading" }, at);
}

/** The candidate is verified and in its slot, which is remembered from now on. */
export function stageCandidate(journal: Journal, candidate: Candidate, at: number): Journal {
  const before = journal.installed.find((one) => isSameRelease(one, candidate.target));
  const entry: InstalledRelease = { ...toRunningRelease(candidate.target), proven: before?.proven ?? false, usedAt: at };
  const installed = [...journal.installed.filter((one) => !isSameRelease(one, candidate.target)), entry];
  return enterCandidate({ ...journal, installed }, { ...candidate, state: "staged" }, at);
}

/** The candidate ends before its switch: `failed` blames the release, `idle` says that the permission is gone. */
export function endCandidate(journal: Journal, phase: "failed" | "idle", failure: HostFailure, at: number): Journal {
  const { candidate } = journal;
  if (candidate === undefined) return journal;
  const ended = { phase, release: toRunningRelease(candidate.target), grantId: candidate.grantId, failure, at };
  return toOutcome(spendGrant(withoutCandidate(journal), candidate.grantId), ended);
}

/** A candidate that nobody wants any more makes room without a word: its grant was replaced, not refused. */
export function dropCandidate(journal: Journal): Journal {
  return withoutCandidate(journal);
}

/** A grant ends without an attempt: its release is in quarantine here, or it serves already. */
export function answerGrant(
  journal: Journal,
  release: RunningRelease,
  grantId: GrantId,
  failure: HostFailure | undefined,
  at: number,
): Journal {
  const ended = { phase: failure === undefined ? "healthy" : "failed", release: toRunningRelease(release), grantId, at } as const;
  return toOutcome(spendGrant(journal, grantId), failure === undefined ? ended : { ...ended, failure });
}

function fallbackOf(journal: Journal, to: RunningRelease): RunningRelease | undefined {
  const { serving } = journal;
  if (serving.state === "healthy") return serving.release;
  if (serving.state !== "probation") return undefined;
  // A version in its probation is not known to be good; what it would have gone back to is. Better it than nothing.
  return serving.fallback !== undefined && !isSameRelease(serving.fallback, to) ? serving.fallback : serving.release;
}

/**
 * The switch begins. From here on it is finished or taken back, never forgotten.
 *
 * @param wasReached whether there is a link to the control plane now.
 */
export function beginSwitch(journal: Journal, candidate: Candidate, at: number, wasReached = false): Journal {
  const fallback = fallbackOf(journal, candidate.target);
  const serving = {
    state: "switching",
    to: candidate.target,
    grantId: candidate.grantId,
    ...(fallback && { fallback: toRunningRelease(fallback) }),
    ...(wasReached && { wasReached }),
  } as const;
  const next = spendGrant({ ...withoutCandidate(journal), serving }, candidate.grantId);
  return note(next, { phase: "switching", release: candidate.target, grantId: candidate.grantId, at });
}

/** The new version was started. */
export function beginProbation(journal: Journal, at: number): Journal {
  const { serving } = journal;
  if (serving.state !== "switching") return journal;
  const { to, grantId, fallback, wasReached } = serving;
  const kept = { ...(fallback && { fallback }), ...(wasReached === true && { wasReached }) };
  const next = { ...journal, serving: { state: "probation", release: toRunningRelease(to), grantId, ...kept, crashes: 0 } } as const;
  return note(next, { phase: "probation", release: to, grantId, at });
}

/** An unexpected exit in probation. Counted durably, so that a killed agent does not give a crash loop a new start. */
export function countCrash(journal: Journal): Journal {
  const { serving } = journal;
  return serving.state === "probation" ? { ...journal, serving: { ...serving, crashes: serving.crashes + 1 } } : journal;
}

/** Probation is passed: the version serves, is known to be good, and older ones may go. */
export function settle(journal: Journal, at: number): Journal {
  const { serving } = journal;
  if (serving.state !== "probation") return journal;
  const { release, grantId } = serving;
  const installed = journal.installed.map((one) => (isSameRelease(one, release) ? { ...one, proven: true, usedAt: at } : one));
  return toOutcome({ ...journal, installed, serving: { state: "healthy", release } }, { phase: "healthy", release, grantId, at });
}

/**
 * The version that serves is bad: the host goes back, or stops it when there is nothing to go back to. One that had passed
 * its probation is given up for a version that was good here only, never for none.
 *
 * @param minimumVersion the signed minimum, which decides where to ({@link chooseWayBack}).
 */
export function beginRevert(journal: Journal, failure: HostFailure, at: number, minimumVersion?: string): Journal {
  const { serving } = journal;
  if (serving.state === "healthy") return beginLateRevert(journal, serving.release, failure, at, minimumVersion);
  if (serving.state !== "probation" && serving.state !== "switching") return journal;
  const bad = toRunningRelease(serving.state === "probation" ? serving.release : serving.to);
  const { grantId } = serving;
  const back = chooseWayBack(journal, serving.fallback, bad, minimumVersion);
  const told = back.isBelowMinimum ? { ...failure, message: `${failure.message.slice(0, 380)} ${BELOW_MINIMUM}` } : failure;
  const reverting = { state: "reverting", bad, grantId, ...(back.release && { fallback: back.release }), failure: told } as const;
  return note({ ...journal, serving: reverting }, { phase: "reverting", release: bad, grantId, failure: told, at });
}

function beginLateRevert(journal: Journal, bad: RunningRelease, failure: HostFailure, at: number, minimumVersion?: string): Journal {
  const fallback = lastGoodBefore(journal, bad, minimumVersion);
  if (fallback === undefined) return journal;
  const serving = { state: "reverting", bad: toRunningRelease(bad), fallback, failure } as const;
  return note({ ...journal, serving }, { phase: "reverting", release: serving.bad, failure, at });
}

/** The fallback serves again (or nothing does, after a first install), and the bad release stays out for `quarantineMs`. */
export function endRevert(journal: Journal, at: number, quarantineMs: number): Journal {
  const { serving } = journal;
  if (serving.state !== "reverting") return journal;
  const { bad, grantId, fallback, failure } = serving;
  const quarantine = addQuarantine(journal.quarantine, {
    releaseId: bad.releaseId,
    digest: bad.digest,
    reason: failure.message,
    at,
    expiresAt: at + quarantineMs,
  });
  const next = {
    ...journal,
    quarantine,
    serving: fallback ? { state: "healthy" as const, release: fallback } : { state: "nothing" as const },
  };
  return toOutcome(next, { phase: fallback ? "reverted" : "failed", release: bad, ...(grantId && { grantId }), failure, at });
}
