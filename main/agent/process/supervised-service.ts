import { setTimeout as sleep } from "node:timers/promises";
import { toAppError } from "#shared/errors/app-error.ts";
import type { AgentLogger } from "../logger.ts";
import type { ApplicationPaths } from "../state/state-paths.ts";
import type { Vitals } from "../update/describe-application.ts";
import { describeExit, type Observations, type ProcessExit } from "../update/probation.ts";
import { ProbeLoop } from "./http-probe.ts";
import { toLaunchSpec, toProbe, type HostAdditions, type RunnableRelease } from "./launch-spec.ts";
import { launch } from "./launch.ts";
import { claimOrphan } from "./orphan.ts";
import { rotateOutputLog } from "./output-log.ts";
import { restartDelayMs, STABLE_AFTER_MS } from "./restart-delay.ts";
import { runRecordDocument } from "./run-record.ts";
import { signalGroup, stopProcess, type RunningProcess } from "./running-process.ts";
import { ServiceHealth } from "./service-health.ts";

/** What a service needs from around it. Times are of the monotonic clock, in ms. */
export type ServicePorts = {
  readonly paths: ApplicationPaths;
  readonly machineBoot: string | undefined;
  readonly logger: AgentLogger;
  readonly nowMs: () => number;
  readonly random: () => number;
  readonly hostAdditions: () => Promise<HostAdditions>;
  /** Something that a verdict or a report depends on has changed. */
  readonly onChange: () => void;
  /** An unexpected exit. Awaited before the next start, so that the count is durable first. */
  readonly onCrash: () => Promise<void>;
};

/** One asking to serve, from `serve` to `stop`. */
type Duty = {
  readonly runnable: RunnableRelease;
  readonly host: HostAdditions;
  readonly health: ServiceHealth;
  readonly over: AbortController;
  inProbation: boolean;
  process: RunningProcess | undefined;
  probes: ProbeLoop | undefined;
  loop: Promise<void>;
};

/**
 * Keeps one version of one application running.
 *
 *     idle ─serve─▶ starting ─▶ running ─ends─▶ waiting ─▶ starting …        any ─stop─▶ stopping ─▶ idle
 *
 * INVARIANTS: at most one process of the application runs, those of earlier agents included; `serve` and `stop` are
 * not called while one of them runs (the application's own loop is serial); a process runs only under a durable record.
 */
export class SupervisedService {
  readonly #ports: ServicePorts;
  readonly #record: ReturnType<typeof runRecordDocument>;
  #duty: Duty | undefined;
  #isClaimed = false;

  constructor(ports: ServicePorts) {
    this.#ports = ports;
    this.#record = runRecordDocument(ports.paths.runRecord);
  }

  /** What runs or is being restarted now. */
  get runnable(): RunnableRelease | undefined {
    return this.#duty?.runnable;
  }

  /** The process that serves now, to tell one start from the next. */
  get processIdentity(): string | undefined {
    const identity = this.#duty?.process?.identity;
    return identity && `${identity.pid}/${identity.stamp}`;
  }

  /** The supervisor's part of a report. */
  vitals(): Vitals {
    const health = this.#duty?.health;
    if (health === undefined) return { healthy: false, restarts: 0 };
    const uptimeMs = health.runningSinceMs === undefined ? undefined : Math.max(0, Math.round(this.#ports.nowMs() - health.runningSinceMs));
    return { healthy: health.isHealthy, restarts: health.restarts, ...(uptimeMs !== undefined && { uptimeMs }) };
  }

  /** What probation judges; undefined while nothing is asked to serve. */
  observe(crashes: number): Observations | undefined {
    return this.#duty?.health.observe(crashes);
  }

  /** From now on a crash is only a crash. */
  endProbation(): void {
    if (this.#duty !== undefined) this.#duty.inProbation = false;
  }

  /** Takes over what already runs this version, or starts it, after ending whatever else of this application runs. */
  async serve(runnable: RunnableRelease, inProbation: boolean): Promise<void> {
    await this.stop(runnable);
    const host = await this.#ports.hostAdditions();
    const health = new ServiceHealth(this.#ports.nowMs(), toProbe(runnable.runSpec, host));
    const duty: Duty = {
      runnable,
      host,
      health,
      over: new AbortController(),
      inProbation,
      process: undefined,
      probes: undefined,
      loop: Promise.resolve(),
    };
    this.#duty = duty;
    await this.#claim(duty);
    await this.#ensureProcess(duty);
    duty.loop = this.#keep(duty);
  }

  /** Ends what runs, within its deadline, and forgets it when it is gone. `unless` spares an orphan of that version. */
  async stop(unless?: RunnableRelease): Promise<void> {
    const duty = this.#duty;
    if (duty !== undefined) {
      this.#duty = undefined;
      duty.over.abort();
      duty.probes?.stop();
      await duty.loop;
      if (duty.process !== undefined) await stopProcess(duty.process, duty.runnable.runSpec.stopDeadlineMs);
      await this.#record.remove();
    } else if (!this.#isClaimed && unless === undefined) {
      await claimOrphan((await this.#record.read()).value, undefined, this.#ports.machineBoot);
      await this.#record.remove();
      this.#isClaimed = true;
    }
  }

  async #claim(duty: Duty): Promise<void> {
    if (this.#isClaimed) return;
    this.#isClaimed = true;
    const { value, recovered } = await this.#record.read();
    if (recovered !== undefined) this.#ports.logger.warn({ path: recovered }, "A damaged run record was recovered from its twin.");
    const orphan = await claimOrphan(value, duty.runnable.release, this.#ports.machineBoot);
    if (orphan.kind === "adopted") {
      this.#ports.logger.info({ pid: orphan.process.identity.pid }, "Took over the process that runs already.");
      return this.#began(duty, orphan.process);
    }
    if (orphan.kind === "died") await this.#crashed(duty, { kind: "unknown" });
    await this.#record.remove();
  }

  /** The life of one duty: wait for the end of a process, count it, wait, start the next one. */
  async #keep(duty: Duty): Promise<void> {
    const over = new Promise<undefined>((resolve) => {
      duty.over.signal.addEventListener("abort", () => resolve(undefined), { once: true });
    });
    while (!duty.over.signal.aborted) {
      if (duty.process !== undefined) {
        const exit = await Promise.race([duty.process.exited, over]);
        if (exit === undefined) return;
        await this.#ended(duty, duty.process, exit);
      }
      const delayMs = restartDelayMs(Math.max(1, duty.health.crashesInARow), duty.inProbation, this.#ports.random());
      await sleep(delayMs, undefined, { signal: duty.over.signal }).catch(() => undefined);
      if (!duty.over.signal.aborted) await this.#ensureProcess(duty);
    }
  }

  async #ended(duty: Duty, process: RunningProcess, exit: ProcessExit): Promise<void> {
    duty.probes?.stop();
    duty.process = undefined;
    // Workers that a dead leader left behind would hold its port against the next start.
    signalGroup(process.identity, "SIGKILL");
    await this.#crashed(duty, exit);
    await this.#record.remove();
  }

  async #crashed(duty: Duty, exit: ProcessExit): Promise<void> {
    duty.health.crashed(exit, this.#ports.nowMs(), STABLE_AFTER_MS);
    this.#ports.logger.warn({ exit, crashesInARow: duty.health.crashesInARow }, `The application ${describeExit(exit)}.`);
    await this.#ports.onCrash().catch((thrown: unknown) => {
      this.#ports.logger.error({ err: thrown }, "A crash could not be written down; it counts until the agent ends.");
    });
    this.#ports.onChange();
  }

  async #ensureProcess(duty: Duty): Promise<void> {
    if (duty.process !== undefined) return;
    const { paths, logger, machineBoot } = this.#ports;
    const { release, runSpec } = duty.runnable;
    try {
      await rotateOutputLog(paths.outputLog);
      const result = await launch(toLaunchSpec(duty.runnable, paths, duty.host), (process) =>
        this.#record.write({
          schema: 1,
          process,
          release,
          stopDeadlineMs: runSpec.stopDeadlineMs,
          ...(machineBoot !== undefined && { machineBoot }),
        }),
      );
      if (result.kind === "started") return this.#began(duty, result.process);
      await this.#crashed(duty, { kind: "not-executable", message: result.message });
    } catch (thrown) {
      // A full disk is not the release's fault and is no crash; the next try comes after the usual wait.
      logger.error({ err: thrown }, `The application was not started: ${toAppError(thrown).message}`);
      duty.health.crashesInARow += 1;
    }
  }

  #began(duty: Duty, process: RunningProcess): void {
    duty.process = process;
    duty.health.began(this.#ports.nowMs());
    const { probe } = duty.health;
    if (probe !== undefined) {
      duty.probes = new ProbeLoop(probe, (result) => {
        duty.health.probed(result, this.#ports.nowMs());
        this.#ports.onChange();
      });
    }
    this.#ports.onChange();
  }
}
