import { basename } from "node:path";
import type { HostFailure } from "#shared/domain/host/reported.ts";
import type { Vitals } from "../update/describe-application.ts";
import type { Observations } from "../update/probation.ts";
import type { ReleaseIdentity } from "../update/release-identity.ts";
import type { HostAdditions, RunnableRelease } from "./launch-spec.ts";
import { claimOrphan } from "./orphan.ts";
import type { ProcessIdentity } from "./process-identity.ts";
import { runRecordDocument } from "./run-record.ts";
import { ServiceRun, type ServiceRunPorts } from "./service-run.ts";

/** What a service needs from around it. */
export type ServicePorts = Omit<ServiceRunPorts, "remember" | "forget"> & {
  readonly machineBoot: string | undefined;
  readonly hostAdditions: (release: ReleaseIdentity) => Promise<HostAdditions>;
};

/**
 * Keeps one version of one application running.
 *
 *     idle ─serve─▶ serving ─stop─▶ idle
 *
 * INVARIANTS: at most one process of the application runs, those of earlier agents included; `serve` and `stop` are
 * not called while one of them runs (the application's own loop is serial); a process runs only under a durable record.
 */
export class SupervisedService {
  readonly #ports: ServicePorts;
  readonly #record: ReturnType<typeof runRecordDocument>;
  #run: ServiceRun | undefined;
  #isClaimed = false;

  constructor(ports: ServicePorts) {
    this.#ports = ports;
    this.#record = runRecordDocument(ports.paths.runRecord);
  }

  /** What runs or is being restarted now. */
  get runnable(): RunnableRelease | undefined {
    return this.#run?.runnable;
  }

  /** The process that serves now, to tell one start from the next. */
  get processIdentity(): string | undefined {
    const identity = this.#run?.process?.identity;
    return identity && `${identity.pid}/${identity.stamp}`;
  }

  /** The supervisor's part of a report. */
  vitals(): Vitals {
    const health = this.#run?.health;
    if (health === undefined) return { healthy: false, restarts: 0 };
    const uptimeMs = health.runningSinceMs === undefined ? undefined : Math.max(0, Math.round(this.#ports.nowMs() - health.runningSinceMs));
    return { healthy: health.isHealthy, restarts: health.restarts, ...(uptimeMs !== undefined && { uptimeMs }) };
  }

  /** What probation judges; undefined while nothing is asked to serve. */
  observe(crashes: number): Observations | undefined {
    return this.#run?.health.observe(crashes);
  }

  /** Why a version that had passed its probation is to be taken back, if its restart policy wants that. */
  lateFailure(): HostFailure | undefined {
    return this.#run?.lateFailure();
  }

  /** The application said over its socket that it is ready. */
  ready(): void {
    this.#run?.ready();
  }

  /** The process that serves said that it is well, or why it is not. */
  feels(unwell: string | undefined): void {
    this.#run?.feels(unwell);
  }

  /** The application said over its socket that it lives. */
  heartbeat(): void {
    this.#run?.heartbeat();
  }

  /** From now on a crash is only a crash. */
  endProbation(): void {
    this.#run?.endProbation();
  }

  /** Takes over what already runs this version, or starts it, after ending whatever else of this application runs. */
  async serve(runnable: RunnableRelease, inProbation: boolean): Promise<void> {
    await this.stop(runnable);
    const host = await this.#ports.hostAdditions(runnable.release);
    const run = new ServiceRun(
      { ...this.#ports, remember: (process, of) => this.#remember(process, of), forget: () => this.#record.remove() },
      { runnable, host, inProbation },
    );
    this.#run = run;
    await this.#claim(run);
    await run.begin();
  }

  /** Ends what runs, within its deadline, and forgets it when it is gone. `unless` spares an orphan of that version. */
  async stop(unless?: RunnableRelease): Promise<void> {
    const run = this.#run;
    if (run !== undefined) {
      this.#run = undefined;
      await run.end();
      await this.#record.remove();
    } else if (!this.#isClaimed && unless === undefined) {
      await claimOrphan((await this.#record.read()).value, undefined, this.#ports.machineBoot, this.#ports.families);
      await this.#record.remove();
      this.#isClaimed = true;
    }
  }

  async #claim(run: ServiceRun): Promise<void> {
    if (this.#isClaimed) return;
    this.#isClaimed = true;
    const { value, recovered } = await this.#record.read();
    if (recovered !== undefined) this.#ports.logger.warn({ path: recovered }, "A damaged run record was recovered from its twin.");
    const { families, paths } = this.#ports;
    const orphan = await claimOrphan(value, run.runnable.release, this.#ports.machineBoot, families);
    await families.sweep(basename(paths.folder), orphan.kind === "adopted" ? orphan.process.identity.pid : undefined);
    if (orphan.kind === "adopted") {
      this.#ports.logger.info({ pid: orphan.process.identity.pid }, "Took over the process that runs already.");
      return run.adopt(orphan.process);
    }
    if (orphan.kind === "died") await run.crashed({ kind: "unknown" });
    await this.#record.remove();
  }

  #remember(process: ProcessIdentity, { release, runSpec }: RunnableRelease): Promise<void> {
    const { machineBoot } = this.#ports;
    const { stopDeadlineMs } = runSpec;
    return this.#record.write({ schema: 1, process, release, stopDeadlineMs, ...(machineBoot !== undefined && { machineBoot }) });
  }
}
