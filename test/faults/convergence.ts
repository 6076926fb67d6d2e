import type { ReportedApplication } from "#shared/domain/host/reported.ts";
import type { Stage } from "./scenarios.ts";

/** How a run stands: where it should be, stopped without having come there, or still on its way. */
export type Standing = "converged" | "gave-up" | "under-way";

function lastState({ stub, wanted }: Stage): ReportedApplication | undefined {
  const body = stub.reports.map((report) => report.body).findLast((one) => one.kind === "state");
  return body?.kind === "state" ? body.applications.find((one) => one.applicationId === wanted.applicationId) : undefined;
}

/**
 * Reads from what the host reported since its last start where it stands. A host that was told of a fault of its disk may give up
 * the attempt and say so; that is no convergence, and no damage either.
 */
export function standingOf(stage: Stage): Standing {
  const state = lastState(stage);
  if (state === undefined) return "under-way";
  const { wanted, ends } = stage;
  const isServing = state.healthy && state.current?.digest === ends.digest && state.current.releaseId === ends.releaseId;
  const isKeptOut = state.quarantine.some(({ releaseId }) => releaseId === wanted.releaseId);
  const isReverted = wanted.releaseId === ends.releaseId || isKeptOut;
  if (isServing && isReverted && (state.phase === "healthy" || state.phase === "reverted")) return "converged";
  // Kept out, it is where it should be as soon as the version before serves again.
  const isOver = state.failure !== undefined && (["failed", "idle"].includes(state.phase) || (state.phase === "reverted" && !isKeptOut));
  return isOver ? "gave-up" : "under-way";
}
