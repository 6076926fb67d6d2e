import type { HostFailure } from "#shared/domain/host/reported.ts";
import type { RunSpec } from "#shared/domain/release/run-spec.ts";
import { formatDuration } from "#shared/lib/format.ts";
import { blameExit, describeExit, type ProcessExit } from "../update/probation.ts";

const DEFAULT_WINDOW_MS = 600_000;

/** A crash of a version that had passed its probation. */
export type LateCrash = { readonly atMs: number; readonly exit: ProcessExit };

/**
 * Judges crashes long after probation. They bring a version down only when its restart policy says so: what has served
 * well here for days is more likely ill by its surroundings, and an older version would be so, too.
 *
 * @returns why it is to be reverted; undefined when it is only started again.
 */
export function judgeLateCrashes(
  crashes: readonly LateCrash[],
  spec: Pick<RunSpec, "restart" | "crashLimit">,
  nowMs: number,
): HostFailure | undefined {
  if (spec.restart?.afterProbation !== "revert") return undefined;
  const { crashLimit = spec.crashLimit, crashWindowMs = DEFAULT_WINDOW_MS } = spec.restart;
  const recent = crashes.filter(({ atMs }) => nowMs - atMs < crashWindowMs);
  const last = recent.at(-1);
  if (last === undefined || recent.length < crashLimit) return undefined;
  const times = recent.length === 1 ? "once" : `${recent.length} times`;
  return blameExit(last.exit, `It crashed ${times} within ${formatDuration(crashWindowMs)}; the last time it ${describeExit(last.exit)}.`);
}
