import { setTimeout as sleep } from "node:timers/promises";
import { toAppError } from "#shared/errors/app-error.ts";
import type { AgentLogger } from "../logger.ts";
import type { ApplicationPaths } from "../state/state-paths.ts";
import { describeExit, type ProcessExit } from "../update/probation.ts";
import { toProbe, type HostAdditions, type LaunchSpec, type RunnableRelease } from "./launch-spec.ts";
import { launch } from "./launch.ts";
import { rotateOutputLog } from "./output-log.ts";
import { prepareLaunch } from "./prepare-launch.ts";
import { ProbeLoop } from "./probe-loop.ts";
import type { ProcessIdentity } from "./process-identity.ts";
import { restartDelayMs, STABLE_AFTER_MS } from "./restart-delay.ts";
import { signalGroup, stopProcess, type RunningProcess } from "./running-process.ts";
import { ServiceHealth } from "./service-health.ts";

/** What a run needs from around it. Times are of the monotonic clock, in ms. */
export type ServiceRunPorts = {
  readonly paths: ApplicationPaths;
  readonly logger: AgentLogger;
  readonly nowMs: () => number;
  readonly random: () => number;
  /** Something that a verdict or a report depends on has changed. */
  readonly onChange: () => void;
  /** An unexpected exit. Awaited before the next start, so that the count is durable first. */
  readonly onCrash: () => Promise<void>;
  /** Makes a process durable as the one that serves, before it runs. */
  readonly remember: (process: ProcessIdentity, runnable: RunnableRelease) => Promise<void>;
  /** The process that served is gone. */
  readonly forget: () => Promise<void>;
};

/** What is to run, as this host runs it. */
export type ServiceRunTerms = { readonly runnable: RunnableRelease; readonly host: HostAdditions; readonly inProbation: boolean };

/**
 * One version from the moment when it is asked to serve until something else is: starts it, watches it, counts how it
 * ends and starts it again.
 *
 *     starting ─▶ running ─ends─▶ waiting ─▶ starting …        any ─end─▶ over
 */
export class ServiceRun {
  readonly runnable: RunnableRelease;
  readonly health: ServiceHealth;
  readonly #ports: ServiceRunPorts;
  readonly #host: HostAdditions;
  readonly #over = new AbortController();
  #inProbation: boolean;
  #process: RunningProcess | undefined;
  #probes: ProbeLoop | undefined;
  #spec: LaunchSpec | undefined;
  #loop: Promise<void> = Promise.resolve();

  constructor(ports: ServiceRunPorts, { runnable, host, inProbation }: ServiceRunTerms) {
    this.#ports = ports;
    this.#host = host;
    this.runnable = runnable;
    this.#inProbation = inProbation;
    this.health = new ServiceHealth(ports.nowMs(), toProbe(runnable, host));
  }

  /** The process that serves now; undefined between two starts. */
  get process(): RunningProcess | undefined {
    return this.#process;
  }

  /** From now on a crash is only a crash. */
  endProbation(): void {
    this.#inProbation = false;
  }

  /** Takes over a process of this version that runs already. */
  adopt(process: RunningProcess): void {
    this.#process = process;
    this.health.began(this.#ports.nowMs());
    const { probe } = this.health;
    if (probe !== undefined) {
      this.#probes = new ProbeLoop(
        probe,
        () => this.#surroundings(),
        (result) => {
          this.health.probed(result, this.#ports.nowMs());
          this.#ports.onChange();
        },
      );
    }
    this.#ports.onChange();
  }

  /** Starts it if nothing was taken over, and keeps it running from now on. Resolves after the first start. */
  async begin(): Promise<void> {
    await this.#ensureProcess();
    this.#loop = this.#keep();
  }

  /** Counts an end that nobody waited for. */
  async crashed(exit: ProcessExit): Promise<void> {
    this.health.crashed(exit, this.#ports.nowMs(), STABLE_AFTER_MS);
    this.#ports.logger.warn({ exit, crashesInARow: this.health.crashesInARow }, `The application ${describeExit(exit)}.`);
    await this.#ports.onCrash().catch((thrown: unknown) => {
      this.#ports.logger.error({ err: thrown }, "A crash could not be written down; it counts until the agent ends.");
    });
    this.#ports.onChange();
  }

  /** Ends the supervision and leaves the process, if there is one, to the caller. */
  async leave(): Promise<RunningProcess | undefined> {
    this.#over.abort();
    this.#probes?.stop();
    await this.#loop;
    return this.#process;
  }

  /** Ends supervision and process, the latter within its deadline. */
  async end(): Promise<void> {
    const process = await this.leave();
    if (process !== undefined) await stopProcess(process, this.runnable.runSpec.stopDeadlineMs);
  }

  /** Waits for the end of a process, counts it, waits, starts the next one. */
  async #keep(): Promise<void> {
    const { signal } = this.#over;
    const over = new Promise<undefined>((resolve) => {
      signal.addEventListener("abort", () => resolve(undefined), { once: true });
    });
    while (!signal.aborted) {
      if (this.#process !== undefined) {
        const exit = await Promise.race([this.#process.exited, over]);
        if (exit === undefined) return;
        await this.#ended(this.#process, exit);
      }
      const delayMs = restartDelayMs(Math.max(1, this.health.crashesInARow), this.#inProbation, this.#ports.random());
      await sleep(delayMs, undefined, { signal }).catch(() => undefined);
      if (!signal.aborted) await this.#ensureProcess();
    }
  }

  async #ended(process: RunningProcess, exit: ProcessExit): Promise<void> {
    this.#probes?.stop();
    this.#process = undefined;
    // Workers that a dead leader left behind would hold its port against the next start.
    signalGroup(process.identity, "SIGKILL");
    await this.crashed(exit);
    await this.#ports.forget();
  }

  /** What a probe runs in; that of a process which was taken over is found out anew. */
  async #surroundings(): Promise<LaunchSpec | undefined> {
    const prepared = this.#spec === undefined ? await prepareLaunch(this.runnable, this.#ports.paths, this.#host) : undefined;
    if (prepared?.kind === "ready") this.#spec = prepared.spec;
    return this.#spec;
  }

  async #ensureProcess(): Promise<void> {
    if (this.#process !== undefined) return;
    const { paths, logger, remember } = this.#ports;
    try {
      await rotateOutputLog(paths.outputLog);
      const prepared = await prepareLaunch(this.runnable, paths, this.#host);
      if (prepared.kind === "refused") return await this.crashed({ kind: "not-executable", message: prepared.message });
      this.#spec = prepared.spec;
      const result = await launch(prepared.spec, (identity) => remember(identity, this.runnable));
      if (result.kind === "started") return this.adopt(result.process);
      await this.crashed({ kind: "not-executable", message: result.message });
    } catch (thrown) {
      // A full disk is not the release's fault and is no crash; the next try comes after the usual wait.
      logger.error({ err: thrown }, `The application was not started: ${toAppError(thrown).message}`);
      this.health.crashesInARow += 1;
    }
  }
}
