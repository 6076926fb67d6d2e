import type { HookWait, HostFailure, RunningRelease } from "#shared/domain/host/reported.ts";
import type { GrantId } from "#shared/lib/ids.ts";
import { spendGrant, note, toOutcome } from "./journal-notes.ts";
import { candidatePhase } from "./candidate-phase.ts";
import type { Candidate, InstalledRelease, Journal, TargetRelease } from "./journal.ts";
import { addQuarantine } from "./quarantine.ts";
import { isSameRelease, toRunningRelease } from "./release-identity.ts";
import { chooseWayBack, lastGoodBefore } from "./way-back.ts";

const BELOW_MINIMUM = "The host went back below the signed minimum version, since nothing else on it can serve.";

/** A disk that lost the files of a release says nothing against it: it may be brought again. */
function keepOut(journal: Journal, bad: RunningRelease, { cause, message }: HostFailure, at: number, quarantineMs: number): Journal {
  if (cause === "disk") return journal;
  const entry = { releaseId: bad.releaseId, digest: bad.digest, reason: message, at, expiresAt: at + quarantineMs };
  return { ...journal, quarantine: addQuarantine(journal.quarantine, entry) };
}

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
  const { target, grantId, fetched } = candidate;
  const told = candidate.state === "staged" && fetched !== undefined ? { fetched } : {};
  return note({ ...journal, candidate }, { phase: candidatePhase(candidate), release: target, grantId, ...told, at });
}

/** Its bytes are not here although they should be. The slot is forgotten, or the way would lead back here for ever. */
export function refetchCandidate(journal: Journal, candidate: Candidate, at: number): Journal {
  const installed = journal.installed.filter((one) => !isSameRelease(one, candidate.target));
  const { waiting: _over, ...rest } = candidate;
  return enterCandidate({ ...journal, installed }, { ...rest, state: "downloading" }, at);
}

function rememberSlot(journal: Journal, candidate: Candidate, at: number): Journal {
  const before = journal.installed.find((one) => isSameRelease(one, candidate.target));
  const entry: InstalledRelease = { ...toRunningRelease(candidate.target), proven: before?.proven ?? false, usedAt: at };
  const installed = [...journal.installed.filter((one) => !isSameRelease(one, candidate.target)), entry];
  return { ...journal, installed };
}

/** The candidate is verified and in its slot, which is remembered from now on; nobody outside is told of a new phase. */
export function vetCandidate(journal: Journal, candidate: Candidate, at: number): Journal {
  return { ...rememberSlot(journal, candidate, at), candidate: { ...candidate, state: "vetting" } };
}

/** Its hook said "not now". */
export function waitCandidate(journal: Journal, candidate: Candidate, waiting: HookWait): Journal {
  return { ...journal, candidate: { ...candidate, waiting } };
}

/** The candidate is verified, in its slot, and waits for the go. */
export function stageCandidate(journal: Journal, candidate: Candidate, at: number): Journal {
  const { waiting: _over, ...rest } = candidate;
  return enterCandidate(rememberSlot(journal, candidate, at), { ...rest, state: "staged" }, at);
}

/**
 * The candidate ends before its switch: `failed` blames the release, `idle` says that the permission is gone.
 *
 * @param quarantineMs for how long the release stays out, if it does.
 */
export function endCandidate(journal: Journal, phase: "failed" | "idle", failure: HostFailure, at: number, quarantineMs?: number): Journal {
  const { candidate } = journal;
  if (candidate === undefined) return journal;
  const ended = { phase, release: toRunningRelease(candidate.target), grantId: candidate.grantId, failure, at };
  const next = quarantineMs === undefined ? journal : keepOut(journal, candidate.target, failure, at, quarantineMs);
  return toOutcome(spendGrant(withoutCandidate(next), candidate.grantId), ended);
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
  const { serving, legacy } = journal;
  if (serving.state === "healthy") return serving.release;
  // What ran here before has not been touched so far, and can serve again.
  if (serving.state === "nothing") return legacy?.release;
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

/** The switch cannot begin after all: nothing has been stopped, and what ran here before our first release runs on. */
export function abandonSwitch(journal: Journal, failure: HostFailure, at: number): Journal {
  const { serving } = journal;
  if (serving.state !== "switching") return journal;
  const ended = { phase: "failed", release: toRunningRelease(serving.to), grantId: serving.grantId, failure, at } as const;
  return toOutcome({ ...journal, serving: { state: "nothing" } }, ended);
}

/**
 * The files of what serves are not what was verified any more. Another version that was well here takes its place; the
 * lost one is forgotten, so that it is fetched anew when it is wanted. It is not to blame, and not kept out.
 */
export function loseServing(journal: Journal, failure: HostFailure, at: number): Journal {
  const { serving } = journal;
  if (serving.state !== "healthy") return journal;
  const lost = serving.release;
  const installed = journal.installed.filter((one) => !isSameRelease(one, lost));
  const other = lastGoodBefore({ ...journal, installed }, lost, undefined);
  const ended = { phase: "failed", release: lost, failure, at } as const;
  return toOutcome(
    { ...journal, installed, serving: other === undefined ? { state: "nothing" } : { state: "healthy", release: other } },
    ended,
  );
}

/** The files of the version to go back to are not what was verified any more: another one is, or none. */
export function loseFallback(journal: Journal): Journal {
  const { serving } = journal;
  if (serving.state !== "reverting" || serving.fallback === undefined) return journal;
  const { fallback: lost, ...rest } = serving;
  const installed = journal.installed.filter((one) => !isSameRelease(one, lost));
  const other = lastGoodBefore({ ...journal, installed }, serving.bad, undefined);
  return { ...journal, installed, serving: other === undefined ? rest : { ...rest, fallback: other } };
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

/** The fallback serves again (or nothing does, after a first install), and a bad release stays out for `quarantineMs`. */
export function endRevert(journal: Journal, at: number, quarantineMs: number): Journal {
  const { serving } = journal;
  if (serving.state !== "reverting") return journal;
  const { bad, grantId, fallback, failure } = serving;
  const next = {
    ...keepOut(journal, bad, failure, at, quarantineMs),
    serving: fallback ? { state: "healthy" as const, release: fallback } : { state: "nothing" as const },
  };
  return toOutcome(next, { phase: fallback ? "reverted" : "failed", release: bad, ...(grantId && { grantId }), failure, at });
}
