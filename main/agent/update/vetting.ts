import type { HostFailure } from "#shared/domain/host/reported.ts";
import type { HostAdditions, RunnableRelease } from "../process/launch-spec.ts";
import { prepareLaunch } from "../process/prepare-launch.ts";
import type { ApplicationPaths } from "../state/state-paths.ts";
import type { PreparationResult } from "./next-step.ts";
import type { PreparationJob } from "./preparation.ts";
import { toFailure } from "./preparation-failure.ts";
import { askHook } from "./pre-upgrade.ts";
import { askForToken } from "./sanity-token.ts";
import type { SlotStore } from "./slot-store.ts";

/** What trying and asking a new version needs. */
export type VettingPorts = {
  readonly slots: SlotStore;
  readonly paths: ApplicationPaths;
  readonly hostAdditions: (productId: string) => Promise<HostAdditions>;
};

/** How often it is looked whether the permission still holds while something of the new version runs. */
const PERMISSION_INTERVAL_MS = 250;

/**
 * Tries a new version that lies in its slot: the sanity token first, then its pre-upgrade hook. Both run under the live
 * lease only, and are killed when it ends, when a halt comes, and when the release is not wanted any more. What was tried
 * once is not tried again when a hook that said "not now" is asked again.
 */
export class Vetting {
  readonly #ports: VettingPorts;

  constructor(ports: VettingPorts) {
    this.#ports = ports;
  }

  /** Never throws; an aborted job's result means nothing. */
  async run(job: PreparationJob): Promise<PreparationResult> {
    const lease = new AbortController();
    const watch = setInterval(() => {
      if (!job.mayBegin()) lease.abort();
    }, PERMISSION_INTERVAL_MS);
    try {
      return await this.#vet(job, AbortSignal.any([job.signal, lease.signal]));
    } catch (thrown) {
      return toFailure(thrown, "internal");
    } finally {
      clearInterval(watch);
    }
  }

  async #vet(job: PreparationJob, signal: AbortSignal): Promise<PreparationResult> {
    const { slots, paths, hostAdditions } = this.#ports;
    const { candidate, productId } = job;
    const runnable = await slots.reusable(candidate.target).catch(() => undefined);
    if (runnable === undefined) return { kind: "bytes-missing" };
    const prepared = await prepareLaunch(runnable, paths, await hostAdditions(productId));
    if (prepared.kind === "refused") return failed({ cause: "exec", message: prepared.message });
    const { spec } = prepared;
    if (runnable.runSpec.sanityToken === true && candidate.waiting === undefined) {
      const failure = await askForToken(spec, paths.trial, signal);
      if (failure !== undefined) return { ...failed(failure), isQuarantined: true };
    }
    return signal.aborted ? { kind: "lease-over" } : this.#ask(runnable, spec, signal);
  }

  async #ask(runnable: RunnableRelease, spec: Parameters<typeof askHook>[2], signal: AbortSignal): Promise<PreparationResult> {
    const hook = runnable.runSpec.hooks?.preUpgrade;
    if (hook === undefined) return { kind: "vetted" };
    const verdict = await askHook(hook, runnable, spec, signal);
    switch (verdict.kind) {
      case "go":
        return { kind: "vetted" };
      case "stopped":
        return { kind: "lease-over" };
      case "not-now":
        return { kind: "not-now", said: verdict.said };
      case "failed":
        return failed(verdict.failure);
    }
  }
}

const failed = (failure: HostFailure): { readonly kind: "failed"; readonly failure: HostFailure } => ({ kind: "failed", failure });
