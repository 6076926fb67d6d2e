import type { HostFailure } from "#shared/domain/host/reported.ts";
import { toAppError } from "#shared/errors/app-error.ts";
import type { AgentLogger } from "../logger.ts";
import { readLogTail } from "../process/output-log.ts";
import type { SupervisedService } from "../process/supervised-service.ts";
import type { ApplicationPaths } from "../state/state-paths.ts";
import { sweepDownloads } from "./download-folder.ts";
import type { JournalKeeper } from "./journal-keeper.ts";
import type { Serving } from "./journal.ts";
import { chooseKeptVersions } from "./kept-versions.ts";
import type { Step } from "./next-step.ts";
import { isSameRelease } from "./release-identity.ts";
import type { SlotStore } from "./slot-store.ts";
import * as transitions from "./transitions.ts";

/** What the steps act on. */
export type StepTools = {
  readonly journal: JournalKeeper;
  readonly service: SupervisedService;
  readonly slots: SlotStore;
  readonly paths: ApplicationPaths;
  readonly downloads: string;
  readonly logger: AgentLogger;
  /** Epoch ms. */
  readonly now: () => number;
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
  const runnable = await tools.slots.runnable(serving.release);
  await tools.slots.point(serving.release);
  await tools.service.serve(runnable, serving.state === "probation");
}

async function completeSwitch(tools: StepTools, { to }: Extract<Serving, { state: "switching" }>): Promise<void> {
  const { journal, service, slots } = tools;
  try {
    await slots.runnable(to);
  } catch (thrown) {
    const failure: HostFailure = { cause: "disk", message: toAppError(thrown).message };
    return journal.apply(transitions.beginRevert(journal.current, failure, tools.now(), tools.minimumVersion()));
  }
  await service.stop();
  await slots.point(to);
  // The start itself is the next step: a crash in its first instant must find a probation that counts it.
  await journal.apply(transitions.beginProbation(journal.current, tools.now()));
}

async function completeRevert(tools: StepTools, serving: Extract<Serving, { state: "reverting" }>): Promise<void> {
  const { journal, service, slots, logger } = tools;
  const { fallback, ...alone } = serving;
  const runnable =
    fallback &&
    (await slots.runnable(fallback).catch((thrown: unknown) => {
      logger.error({ err: thrown }, "The version to go back to is not on this disk any more; nothing serves.");
      return undefined;
    }));
  if (runnable === undefined) {
    await service.stop();
    await slots.point(undefined);
    return journal.apply(transitions.endRevert({ ...journal.current, serving: alone }, tools.now(), tools.quarantineMs()));
  }
  await service.stop(runnable);
  await slots.point(runnable.release);
  await service.serve(runnable, false);
  await journal.apply(transitions.endRevert(journal.current, tools.now(), tools.quarantineMs()));
}

async function removeOldVersions({ journal, slots, logger, downloads }: StepTools): Promise<void> {
  const { applicationId, candidate } = journal.current;
  await sweepDownloads(downloads, applicationId, candidate === undefined ? [] : [candidate.target]);
  const { keep, remove } = chooseKeptVersions(journal.current);
  if (remove.length === 0) return;
  await journal.apply({ ...journal.current, installed: keep });
  for (const release of remove) {
    await slots.remove(release, keep);
    logger.info({ version: release.version }, "Removed an old version from this disk.");
  }
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
      service.endProbation();
      await journal.apply(transitions.settle(journal.current, now()));
      await removeOldVersions(tools);
    },
    revert: async ({ failure }) => {
      const told = await withLogTail(failure, tools.paths);
      await journal.apply(transitions.beginRevert(journal.current, told, now(), tools.minimumVersion()));
    },
    begin: async ({ target, grantId }) => {
      const isHere = journal.current.installed.some((one) => isSameRelease(one, target));
      await journal.apply(transitions.beginCandidate(journal.current, target, grantId, isHere, now()));
    },
    answer: ({ target, grantId, failure }) => journal.apply(transitions.answerGrant(journal.current, target, grantId, failure, now())),
    enter: ({ candidate }) => journal.apply(transitions.enterCandidate(journal.current, candidate, now())),
    refetch: ({ candidate }) => journal.apply(transitions.refetchCandidate(journal.current, candidate, now())),
    stage: ({ candidate }) => journal.apply(transitions.stageCandidate(journal.current, candidate, now())),
    drop: () => journal.apply(transitions.dropCandidate(journal.current)),
    end: ({ phase, failure }) => journal.apply(transitions.endCandidate(journal.current, phase, failure, now())),
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
