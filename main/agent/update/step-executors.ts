import type { HostFailure, RunningRelease } from "#shared/domain/host/reported.ts";
import { toAppError } from "#shared/errors/app-error.ts";
import type { RunnableRelease } from "../process/launch-spec.ts";
import { readLogTail } from "../process/output-log.ts";
import type { UnitService } from "../process/unit-service.ts";
import type { ApplicationPaths } from "../state/state-paths.ts";
import { sweepDownloads } from "./download-folder.ts";
import type { Serving } from "./journal.ts";
import { nextHookWait } from "./hook-wait.ts";
import type { Legacy } from "./legacy.ts";
import type { Step } from "./next-step.ts";
import { pruneSlots, type PruneTools } from "./prune-slots.ts";
import { isSameRelease } from "./release-identity.ts";
import * as transitions from "./transitions.ts";

/** What the steps act on. */
export type StepTools = PruneTools & {
  readonly service: UnitService;
  readonly paths: ApplicationPaths;
  readonly legacy: Pick<Legacy, "adopt" | "stop">;
  /** Epoch ms. */
  readonly now: () => number;
  /** A number in [0, 1). */
  readonly random: () => number;
  readonly quarantineMs: () => number;
  /** The signed minimum version, as far as this host knows. */
  readonly minimumVersion: () => string | undefined;
  /** Whether there is a link to the control plane. */
  readonly isReached: () => boolean;
  /** Starts the background work on the candidate's present state. */
  readonly prepare: () => void;
};

type Executors = { readonly [K in Exclude<Step["kind"], "rest">]: (step: Extract<Step, { kind: K }>) => Promise<void> };

const LOG_TAIL_BYTES = 3500;

async function withLogTail(failure: HostFailure, paths: ApplicationPaths): Promise<HostFailure> {
  const logTail = await readLogTail(paths.outputLog, LOG_TAIL_BYTES).catch(() => "");
  return logTail === "" ? failure : { ...failure, logTail };
}

async function serve(tools: StepTools, serving: Serving): Promise<void> {
  if (serving.state !== "healthy" && serving.state !== "probation") return;
  const { journal, slots, service, logger } = tools;
  const runnable = await slots.reusable(serving.release).catch(toLoss);
  if ("failure" in runnable) {
    logger.error({ version: serving.release.version }, runnable.failure.message);
    const { current } = journal;
    const now = tools.now();
    return journal.apply(
      serving.state === "healthy"
        ? transitions.loseServing(current, runnable.failure, now)
        : transitions.beginRevert(current, runnable.failure, now, tools.minimumVersion()),
    );
  }
  await slots.point(serving.release);
  await service.serve(runnable, serving.state === "probation");
}

/**
 * Removes what the version came by before it counts as settled, since a kill behind that would leave it until the next update.
 * Nothing depends on it: pruning sweeps once more.
 */
async function sweepArrived({ journal, downloads, logger }: StepTools): Promise<void> {
  const { applicationId, candidate } = journal.current;
  try {
    await sweepDownloads(downloads, applicationId, candidate === undefined ? [] : [candidate.target]);
  } catch (thrown) {
    logger.warn({ err: toAppError(thrown) }, "What a version came by could not be removed; it is tried again.");
  }
}

/** What the disk did to a version. Anything else is thrown on, and the step is tried again. */
function toLoss(thrown: unknown): { readonly failure: HostFailure } {
  const { code, message } = toAppError(thrown);
  if (code !== "ENV_DATA_CORRUPT") throw thrown;
  return { failure: { cause: "disk", code, message } };
}

async function completeSwitch(tools: StepTools, serving: Extract<Serving, { state: "switching" }>): Promise<void> {
  const { journal, service, slots, paths, logger } = tools;
  const { to, fallback } = serving;
  const runnable = await slots.reusable(to).catch(toLoss);
  if ("failure" in runnable) {
    return journal.apply(transitions.beginRevert(journal.current, runnable.failure, tools.now(), tools.minimumVersion()));
  }
  const runsOn = await tools.legacy.stop();
  if (runsOn !== undefined) return journal.apply(transitions.abandonSwitch(journal.current, runsOn, tools.now()));
  const taken = await service.takeOver({ to: runnable, from: () => runnableOf(tools, fallback), isRevert: false });
  if (taken.kind === "interrupted") return;
  if (taken.kind === "failed") {
    const failure = await withLogTail(taken.failure, paths);
    return journal.apply(transitions.beginRevert(journal.current, failure, tools.now(), tools.minimumVersion()));
  }
  if (taken.kind === "apart") {
    logger.info({ reason: taken.reason }, "One version stops before the other starts.");
    await service.pause();
  }
  await slots.point(to);
  // Where it was not started yet that is the next step: a crash in its first instant must find a probation that counts it.
  await journal.apply(transitions.beginProbation(journal.current, tools.now()));
}

/** A version that may still run, as an agent before this one may have left it. */
function runnableOf({ slots }: StepTools, release: RunningRelease | undefined): Promise<RunnableRelease | undefined> {
  return release === undefined ? Promise.resolve(undefined) : slots.runnable(release).catch(() => undefined);
}

async function completeRevert(tools: StepTools, { bad, fallback }: Extract<Serving, { state: "reverting" }>): Promise<void> {
  const { journal, service, slots, logger } = tools;
  if (fallback === undefined) {
    await service.stop();
    await slots.point(undefined);
    return journal.apply(transitions.endRevert(journal.current, tools.now(), tools.quarantineMs()));
  }
  const runnable = await slots.reusable(fallback).catch(toLoss);
  if ("failure" in runnable) {
    logger.error({ version: fallback.version }, `The version to go back to is lost: ${runnable.failure.message}`);
    return journal.apply(transitions.loseFallback(journal.current));
  }
  const taken = await service.takeOver({ to: runnable, from: () => runnableOf(tools, bad), isRevert: true });
  if (taken.kind === "interrupted") return;
  await slots.point(fallback);
  if (taken.kind !== "taken") await service.serve(runnable, false);
  await service.endProbation();
  await journal.apply(transitions.endRevert(journal.current, tools.now(), tools.quarantineMs()));
}

/** One executor for each kind of step; a step without one does not compile. Each is safe to run again after a kill. */
export function stepExecutors(tools: StepTools): Executors {
  const { journal, service } = tools;
  const now = (): number => tools.now();
  return {
    serve: () => serve(tools, journal.current.serving),
    "complete-switch": ({ serving }) => completeSwitch(tools, serving),
    "complete-revert": ({ serving }) => completeRevert(tools, serving),
    settle: async () => {
      await service.endProbation();
      await sweepArrived(tools);
      await journal.apply(transitions.settle(journal.current, now()));
      await pruneSlots(tools);
    },
    revert: async ({ failure }) => {
      const told = await withLogTail(failure, tools.paths);
      await journal.apply(transitions.beginRevert(journal.current, told, now(), tools.minimumVersion()));
    },
    begin: async ({ target, grantId }) => {
      const unkept = await tools.legacy.adopt();
      if (unkept !== undefined) return journal.apply(transitions.answerGrant(journal.current, target, grantId, unkept, now()));
      const isHere = journal.current.installed.some((one) => isSameRelease(one, target));
      await journal.apply(transitions.beginCandidate(journal.current, target, grantId, isHere, now()));
      await pruneSlots(tools);
    },
    answer: ({ target, grantId, failure }) => journal.apply(transitions.answerGrant(journal.current, target, grantId, failure, now())),
    enter: ({ candidate }) => journal.apply(transitions.enterCandidate(journal.current, candidate, now())),
    refetch: ({ candidate }) => journal.apply(transitions.refetchCandidate(journal.current, candidate, now())),
    vet: ({ candidate }) => journal.apply(transitions.vetCandidate(journal.current, candidate, now())),
    wait: ({ candidate, said }) => {
      const waiting = nextHookWait(candidate.waiting, said, now(), tools.random());
      return journal.apply(transitions.waitCandidate(journal.current, candidate, waiting));
    },
    stage: ({ candidate }) => journal.apply(transitions.stageCandidate(journal.current, candidate, now())),
    drop: () => journal.apply(transitions.dropCandidate(journal.current)),
    end: ({ phase, failure, isQuarantined }) => {
      const quarantineMs = isQuarantined === true ? tools.quarantineMs() : undefined;
      return journal.apply(transitions.endCandidate(journal.current, phase, failure, now(), quarantineMs));
    },
    switch: ({ candidate }) => journal.apply(transitions.beginSwitch(journal.current, candidate, now(), tools.isReached())),
    prepare: () => {
      tools.prepare();
      return Promise.resolve();
    },
  };
}

/** Runs one step. `rest` does nothing. */
export async function executeStep(executors: Executors, step: Step): Promise<void> {
  if (step.kind === "rest") return;
  // Why the cast: the table's own type pairs each kind with its step, which a lookup by a union cannot express.
  const execute = executors[step.kind] as (step: Step) => Promise<void>;
  await execute(step);
}
