import type { HostFailure } from "#shared/domain/host/reported.ts";
import { AGENT_VERSION } from "../agent-version.ts";
import { placeVersion } from "../install/program-versions.ts";
import type { AgentLogger } from "../logger.ts";
import type { ControlPlaneContact } from "../net/control-plane-contact.ts";
import type { UnitService } from "../process/unit-service.ts";
import { applicationOverrides } from "../state/overrides.ts";
import type { ApplicationPaths } from "../state/state-paths.ts";
import type { CandidateWorker } from "../update/candidate-work.ts";
import type { JournalKeeper } from "../update/journal-keeper.ts";
import { Legacy } from "../update/legacy.ts";
import type { PreparationResult } from "../update/next-step.ts";
import type { PreparationJob } from "../update/preparation.ts";
import { toFailure } from "../update/preparation-failure.ts";
import type { SlotStore } from "../update/slot-store.ts";
import { FixedService } from "./fixed-service.ts";
import { reconcileJournal } from "./reconcile.ts";
import type { SelfInstallation } from "./self-installation.ts";
import { SelfService } from "./self-service.ts";
import { Trial } from "./trial.ts";

/** What the agent's own unit is made of. */
export type SelfUpdatePorts = {
  /** Undefined for an agent that nobody would start again as another version. */
  readonly installation: SelfInstallation | undefined;
  readonly journal: JournalKeeper;
  readonly slots: SlotStore;
  readonly paths: ApplicationPaths;
  readonly logger: AgentLogger;
  readonly contact: Pick<ControlPlaneContact, "lastHeardMs">;
  readonly isCalm: () => boolean;
  /** Epoch ms. */
  readonly now: () => number;
  readonly nowMs: () => number;
};

/** What stands in place of a supervised application's parts. */
export type SelfUpdateParts = {
  readonly legacy: Pick<Legacy, "adopt" | "stop">;
  readonly service: UnitService;
  /** Tries a version before it is staged, on top of what is done for every application. */
  readonly worker: (preparation: CandidateWorker) => CandidateWorker;
};

/** Why an agent does not replace itself. */
export const NOT_INSTALLED: HostFailure = {
  cause: "exec",
  code: "ENV_UNSUPPORTED",
  message:
    "This agent has no control plane, or was not started by the service that `rollcall-agent install` writes (there is none on Windows and macOS): nobody would start its successor or hear of it. Nothing was fetched.",
};

/** A release that was never tried here is placed in the library and has to say its version before it is staged. */
function workerOf({ paths, node }: SelfInstallation, slots: SlotStore, preparation: CandidateWorker): CandidateWorker {
  const tryOut = async ({ candidate: { target } }: PreparationJob): Promise<PreparationResult> => {
    const runnable = await slots.reusable(target).catch(() => undefined);
    if (runnable === undefined) return { kind: "bytes-missing" };
    try {
      await placeVersion(paths, { node, agent: runnable.artifactPath, version: target.version });
      return { kind: "vetted" };
    } catch (thrown) {
      const { failure } = toFailure(thrown, "exec");
      return { kind: "failed", failure, isQuarantined: failure.code === "ENV_UNSUPPORTED" };
    }
  };
  return {
    run: async (job) => {
      if (job.candidate.state === "vetting") return tryOut(job);
      const result = await preparation.run(job);
      return result.kind === "verified" ? { ...result, wantsVetting: true } : result;
    },
  };
}

/**
 * Opens the agent's own unit: the same journal as every application's, with the agent itself as what serves.
 *
 * @throws AppError ENV_DISK_FULL.
 */
export async function openSelfUpdate(ports: SelfUpdatePorts): Promise<SelfUpdateParts> {
  const { installation, journal, slots, paths, logger, now } = ports;
  if (installation === undefined) {
    const legacy = { adopt: () => Promise.resolve(NOT_INSTALLED), stop: () => Promise.resolve(NOT_INSTALLED) };
    return { legacy, service: new FixedService(NOT_INSTALLED), worker: (preparation) => preparation };
  }
  const before = journal.current;
  const reconciled = reconcileJournal(before, installation.digest);
  if (reconciled !== before) {
    logger.warn("Another version of the agent was installed by hand; the history of its updates begins anew.");
    await journal.apply(reconciled);
    for (const one of before.installed) if (!reconciled.installed.includes(one)) await slots.remove(one, reconciled.installed);
  }
  const trial = new Trial(installation.paths);
  const overrides = applicationOverrides.parse({ environment: {}, legacy: { path: installation.agent, version: AGENT_VERSION } });
  return {
    legacy: new Legacy({
      journal,
      slots,
      paths,
      logger,
      now,
      hostAdditions: () => Promise.resolve({ overrides, inherited: {} }),
    }),
    service: new SelfService({ ...ports, installation, trial, isGivenUp: await trial.isGivenUp(), end: () => process.exit(0) }),
    worker: (preparation) => workerOf(installation, slots, preparation),
  };
}
