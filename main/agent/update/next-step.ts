import type { FetchedRelease } from "#shared/domain/host/fetched.ts";
import type { HostFailure, HostQuarantine } from "#shared/domain/host/reported.ts";
import { assertNever } from "#shared/lib/assert-never.ts";
import type { GrantId } from "#shared/lib/ids.ts";
import { hookDueInMs } from "./hook-wait.ts";
import type { Candidate, Journal, Serving, TargetRelease } from "./journal.ts";
import type { Verdict } from "./probation.ts";
import { findQuarantine } from "./quarantine.ts";
import { isSameRelease } from "./release-identity.ts";

/** What the control plane wants of one application. `live` says that the grant's lease has not run out. */
export type DesiredTarget = { readonly target: TargetRelease; readonly grant?: { readonly grantId: GrantId; readonly live: boolean } };

/** Why preparation does not go on: `stopped` lost its permission, `failed` blames the release or its way here. */
export type PreparationEnd =
  | { readonly kind: "stopped"; readonly failure: HostFailure }
  | { readonly kind: "failed"; readonly failure: HostFailure; readonly isQuarantined?: boolean };

/** How one piece of preparation ended. */
export type PreparationResult =
  | { readonly kind: "downloaded"; readonly fetched?: FetchedRelease }
  /** `wantsVetting`: the release asks to be tried or asked first. */
  | { readonly kind: "verified"; readonly wantsVetting?: boolean }
  | { readonly kind: "vetted" }
  | { readonly kind: "not-now"; readonly said: string }
  /** What ran of the new version was ended, since the permission for it had; it goes on under the next one. */
  | { readonly kind: "lease-over" }
  | { readonly kind: "bytes-missing" }
  | PreparationEnd;

/** Everything outside the journal that a decision depends on, as of one moment. */
export type Facts = {
  readonly now: number;
  /** Undefined leaves the application alone: what serves goes on, nothing begins. */
  readonly desired?: DesiredTarget;
  /** Grants with a go whose lease has not run out. */
  readonly goes: readonly GrantId[];
  /** Work on the candidate's present state: under way, ended, or not begun by this run of the agent. */
  readonly preparation?: "running" | PreparationResult;
  /** Whether a process of the serving release is being supervised. */
  readonly supervised: boolean;
  /** What probation says; undefined while nothing is supervised. */
  readonly verdict?: Verdict;
  /** For how long the application asks that what is staged be not switched to; absent while it does not. */
  readonly heldBackMs?: number;
  /** Why a version that had passed its probation is to be taken back. There is one to go back to. */
  readonly lateFailure?: HostFailure;
};

/** What to do next, as data. `rest` waits for another fact. */
export type Step =
  | { readonly kind: "rest" }
  | { readonly kind: "serve" }
  | { readonly kind: "complete-switch"; readonly serving: Extract<Serving, { state: "switching" }> }
  | { readonly kind: "settle" }
  | { readonly kind: "revert"; readonly failure: HostFailure }
  | { readonly kind: "complete-revert"; readonly serving: Extract<Serving, { state: "reverting" }> }
  | { readonly kind: "begin"; readonly target: TargetRelease; readonly grantId: GrantId }
  | { readonly kind: "answer"; readonly target: TargetRelease; readonly grantId: GrantId; readonly failure?: HostFailure }
  | { readonly kind: "enter"; readonly candidate: Candidate }
  | { readonly kind: "refetch"; readonly candidate: Candidate }
  | { readonly kind: "prepare"; readonly candidate: Candidate }
  | { readonly kind: "vet"; readonly candidate: Candidate }
  | { readonly kind: "wait"; readonly candidate: Candidate; readonly said: string }
  | { readonly kind: "stage"; readonly candidate: Candidate }
  | { readonly kind: "drop" }
  | { readonly kind: "end"; readonly phase: "failed" | "idle"; readonly failure: HostFailure; readonly isQuarantined?: boolean }
  | { readonly kind: "switch"; readonly candidate: Candidate };

const REST: Step = { kind: "rest" };
const LEASE_OVER: HostFailure = { cause: "lease", message: "The permission ended before the download could go on; nothing was changed." };

function refusal(entry: HostQuarantine): HostFailure {
  return {
    cause: "quarantined",
    message: `This host took this release back before and does not install it again: ${entry.reason}`.slice(0, 500),
  };
}

/** Serving goes first: a host that serves nothing has no business downloading. */
function servingStep(serving: Serving, facts: Facts): Step {
  switch (serving.state) {
    case "nothing":
      return REST;
    case "switching":
      return { kind: "complete-switch", serving };
    case "reverting":
      return { kind: "complete-revert", serving };
    case "healthy":
      if (facts.lateFailure !== undefined && facts.supervised) return { kind: "revert", failure: facts.lateFailure };
      return facts.supervised ? REST : { kind: "serve" };
    case "probation":
      if (facts.verdict?.verdict === "failed") return { kind: "revert", failure: facts.verdict.failure };
      if (facts.verdict?.verdict === "passed") return { kind: "settle" };
      return facts.supervised ? REST : { kind: "serve" };
    default:
      return assertNever(serving);
  }
}

const isProven = ({ installed }: Journal, { target }: Candidate): boolean =>
  installed.some((one) => one.proven && isSameRelease(one, target));

function afterPreparation(journal: Journal, candidate: Candidate, result: PreparationResult, mayGoOn: boolean): Step {
  switch (result.kind) {
    case "downloaded":
      return { kind: "enter", candidate: { ...candidate, state: "verifying", ...(result.fetched && { fetched: result.fetched }) } };
    case "verified":
      // The way back to a version that was well here is not to be talked out of.
      return { kind: result.wantsVetting === true && !isProven(journal, candidate) ? "vet" : "stage", candidate };
    case "vetted":
      return { kind: "stage", candidate };
    case "not-now":
      return { kind: "wait", candidate, said: result.said };
    case "lease-over":
      return mayGoOn ? { kind: "prepare", candidate } : REST;
    case "bytes-missing":
      return { kind: "refetch", candidate };
    case "stopped":
      return { kind: "end", phase: "idle", failure: result.failure };
    case "failed":
      return { kind: "end", phase: "failed", failure: result.failure, ...(result.isQuarantined === true && { isQuarantined: true }) };
    default:
      return assertNever(result);
  }
}

function candidateStep(journal: Journal, candidate: Candidate, facts: Facts): Step {
  const { desired, preparation } = facts;
  if (desired === undefined || !isSameRelease(desired.target, candidate.target)) return { kind: "drop" };
  // A revert brought back the very release that was to come next; the grant is answered without a switch.
  if (journal.serving.state === "healthy" && isSameRelease(journal.serving.release, candidate.target)) return { kind: "drop" };
  const { grant } = desired;
  if (grant !== undefined && grant.grantId !== candidate.grantId && grant.live && !journal.spentGrants.includes(grant.grantId)) {
    return { kind: "enter", candidate: { ...candidate, grantId: grant.grantId } };
  }
  if (candidate.state === "staged")
    return facts.goes.includes(candidate.grantId) && facts.heldBackMs === undefined ? { kind: "switch", candidate } : REST;
  if (preparation === "running") return REST;
  const isGranted = grant?.grantId === candidate.grantId && grant.live;
  if (preparation !== undefined) return afterPreparation(journal, candidate, preparation, isGranted);
  if (candidate.state === "vetting") return isGranted && hookDueInMs(candidate, facts.now) === 0 ? { kind: "prepare", candidate } : REST;
  // A request for bytes begins under a live lease only, the one after a restart too. Verifying needs none: it takes nothing.
  const mayBegin = candidate.state === "verifying" || isGranted;
  return mayBegin ? { kind: "prepare", candidate } : { kind: "end", phase: "idle", failure: LEASE_OVER };
}

function idleStep(journal: Journal, facts: Facts): Step {
  const { serving } = journal;
  if (facts.desired?.grant === undefined) return REST;
  const { target, grant } = facts.desired;
  const { grantId, live } = grant;
  if (!live || journal.spentGrants.includes(grantId)) return REST;
  if (serving.state === "healthy" && isSameRelease(serving.release, target)) return { kind: "answer", target, grantId };
  if (serving.state === "probation" && isSameRelease(serving.release, target)) return REST;
  const entry = findQuarantine(journal.quarantine, target, facts.now);
  return entry === undefined ? { kind: "begin", target, grantId } : { kind: "answer", target, grantId, failure: refusal(entry) };
}

/**
 * Decides the next step of one application. Pure: the same journal and facts give the same step, so that every path
 * through an update, and every place where the agent may be killed, can be tried without a disk or a process.
 */
export function nextStep(journal: Journal, facts: Facts): Step {
  const step = servingStep(journal.serving, facts);
  if (step.kind !== "rest") return step;
  return journal.candidate === undefined ? idleStep(journal, facts) : candidateStep(journal, journal.candidate, facts);
}
