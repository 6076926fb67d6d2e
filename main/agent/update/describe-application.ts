import type { HostPhase, ReportedApplication, ReportedListening, RunningRelease } from "#shared/domain/host/reported.ts";
import type { WayProgress } from "../bytes/delta-way.ts";
import { candidatePhase } from "./candidate-phase.ts";
import type { Journal, Serving } from "./journal.ts";
import { isSameRelease, toRunningRelease } from "./release-identity.ts";

/** What the supervisor and the download know at the moment of a report, and the journal does not. */
export type Vitals = {
  readonly healthy: boolean;
  readonly restarts: number;
  readonly uptimeMs?: number;
  readonly trouble?: string;
  readonly ownRunSpec?: true;
  readonly overBudgetBytes?: number;
  readonly listening?: ReportedListening;
  readonly progress?: WayProgress;
};

const MAX_SLOTS = 32;

type Told = Pick<ReportedApplication, "phase" | "grantId" | "failure"> & { readonly about?: RunningRelease | undefined };

function currentOf(serving: Serving): RunningRelease | undefined {
  switch (serving.state) {
    case "nothing":
      return undefined;
    case "healthy":
    case "probation":
      return serving.release;
    case "switching":
    case "reverting":
      // Between two versions; what was good before the switch is the honest word until the other one is started.
      return serving.fallback;
  }
}

function told(phase: HostPhase, about: RunningRelease, rest: Pick<Told, "grantId" | "failure"> = {}): Told {
  return { phase, about, ...rest };
}

/** The one phase that speaks for an application: what moves first, then how the last attempt ended. */
function whatMoves(journal: Journal): Told {
  const { serving, candidate, outcome } = journal;
  if (serving.state === "switching") return told("switching", serving.to, { grantId: serving.grantId });
  if (serving.state === "reverting")
    return told("reverting", serving.bad, { ...(serving.grantId && { grantId: serving.grantId }), failure: serving.failure });
  if (candidate !== undefined) return told(candidatePhase(candidate), candidate.target, { grantId: candidate.grantId });
  if (serving.state === "probation") return told("probation", serving.release, { grantId: serving.grantId });
  if (outcome === undefined) return { phase: serving.state === "healthy" ? "healthy" : "idle" };
  const { phase, release, grantId, failure } = outcome;
  return told(phase, release, { ...(grantId !== undefined && { grantId }), ...(failure !== undefined && { failure }) });
}

/** One application as its host reports it: what serves by its digest, what moves, how well it is. */
export function describeApplication(journal: Journal, vitals: Vitals): ReportedApplication {
  const current = currentOf(journal.serving);
  const { about, ...rest } = whatMoves(journal);
  return {
    applicationId: journal.applicationId,
    ...(current !== undefined && { current: toRunningRelease(current) }),
    ...(about !== undefined && !isSameRelease(about, current) && { candidate: toRunningRelease(about) }),
    ...rest,
    ...vitals,
    ...(journal.candidate?.waiting !== undefined && { waiting: journal.candidate.waiting }),
    slots: journal.installed.slice(-MAX_SLOTS).map(toRunningRelease),
    quarantine: journal.quarantine,
  };
}
