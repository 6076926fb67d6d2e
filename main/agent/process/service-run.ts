import { basename } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { HostFailure } from "#shared/domain/host/reported.ts";
import { toAppError } from "#shared/errors/app-error.ts";
import type { AgentLogger } from "../logger.ts";
import type { ApplicationSockets } from "../sockets/application-sockets.ts";
import type { WantedSocket } from "../sockets/held-place.ts";
import { listenText, LISTEN_VARIABLE } from "../sockets/wanted-sockets.ts";
import type { ApplicationPaths } from "../state/state-paths.ts";
import { describeExit, type ProcessExit } from "../update/probation.ts";
import { awaitedReadiness } from "./awaited-readiness.ts";
import { explainExit } from "./explain-exit.ts";
import { HangWatch } from "./hang-watch.ts";
import { judgeLateCrashes, type LateCrash } from "./late-crash-loop.ts";
import { toProbe, type HostAdditions, type LaunchSpec, type RunnableRelease } from "./launch-spec.ts";
import { launch, type LaunchResult } from "./launch.ts";
import { isOrderlyEnd, mayRestart } from "./may-restart.ts";
import { readMemoryKills } from "./memory-kill.ts";
import { rotateOutputLog } from "./output-log.ts";
import { prepareLaunch } from "./prepare-launch.ts";
import { ProbeLoop } from "./probe-loop.ts";
import type { ProcessFamilies, ProcessFamily } from "./process-family.ts";
import type { ProcessIdentity } from "./process-identity.ts";
import { restartDelayMs, STABLE_AFTER_MS } from "./restart-delay.ts";
import { killRest, signalGroup, stopProcess, type RunningProcess } from "./running-process.ts";
import { ServiceHealth } from "./service-health.ts";

/** More crashes than any policy counts are not remembered. */
const MAX_LATE_CRASHES = 100;

/** What a run needs from around it. Times are of the monotonic clock, in ms. */
export type ServiceRunPorts = {
  readonly paths: ApplicationPaths;
  readonly families: ProcessFamilies;
  readonly sockets: ApplicationSockets;
  readonly logger: AgentLogger;
  readonly nowMs: () => number;
  readonly random: () => number;
  /** Something that a verdict or a report depends on has changed. */
  readonly onChange: () => void;
  /** An unexpected exit. Awaited before the next start, so that the count is durable first. */
  readonly onCrash: () => Promise<void>;
  /** Makes a process durable as the one that serves, before it runs. */
  readonly remember: (process: ProcessIdentity) => Promise<void>;
  /** The process that served is gone. */
  readonly forget: () => Promise<void>;
};

/** What is to run, as this host runs it. */
export type ServiceRunTerms = {
  readonly runnable: RunnableRelease;
  readonly host: HostAdditions;
  /** The listening sockets that it inherits. */
  readonly wanted: readonly WantedSocket[];
  readonly inProbation: boolean;
};

/**
 * One version from the moment when it is asked to serve until something else is: starts it, watches it, counts how it
 * ends and starts it again.
 *
 *     starting ─▶ running ─ends─▶ waiting ─▶ starting …        any ─end─▶ over
 */
export class ServiceRun {
  readonly runnable: RunnableRelease;
  readonly health: ServiceHealth;
  readonly wanted: readonly WantedSocket[];
  readonly #ports: ServiceRunPorts;
  readonly #host: HostAdditions;
  readonly #over = new AbortController();
  #inProbation: boolean;
  #process: RunningProcess | undefined;
  #probes: ProbeLoop | undefined;
  #spec: LaunchSpec | undefined;
  #watch: HangWatch | undefined;
  #hung: string | undefined;
  #memoryBefore: ReturnType<typeof readMemoryKills> | undefined;
  #lateCrashes: readonly LateCrash[] = [];
  #loop: Promise<void> = Promise.resolve();

  constructor(ports: ServiceRunPorts, { runnable, host, wanted, inProbation }: ServiceRunTerms) {
    this.#ports = ports;
    this.wanted = wanted;
    this.#host = host;
    this.runnable = runnable;
    this.#inProbation = inProbation;
    this.health = new ServiceHealth(ports.nowMs(), toProbe(runnable, host), this.#owesWord);
  }

  /** The process that serves now; undefined between two starts. */
  get process(): RunningProcess | undefined {
    return this.#process;
  }

  /** From now on a crash is only a crash. */
  endProbation(): void {
    this.#inProbation = false;
  }

  /** Why a version that had passed its probation is to be taken back, if its restart policy wants that. */
  lateFailure(): HostFailure | undefined {
    return judgeLateCrashes(this.#lateCrashes, this.runnable.runSpec, this.#ports.nowMs());
  }

  /** The process said that it is ready. */
  ready(): void {
    if (this.#process === undefined) return;
    this.health.ready(this.#ports.nowMs());
    this.#watch?.heard();
    this.#ports.onChange();
  }

  /** The process said that it is well, or why it is not. */
  feels(unwell: string | undefined): void {
    if (this.#process === undefined) return;
    this.health.unwell = unwell;
    if (unwell === undefined) this.ready();
    else this.#ports.onChange();
  }

  /** The process said that it lives. */
  heartbeat(): void {
    if (!this.#owesWord || this.health.readyAtMs !== undefined) this.#watch?.heard();
  }

  /** Takes over a process of this version that runs already. It said that it is ready to whoever started it. */
  adopt(process: RunningProcess): void {
    this.#began(process);
    if (this.#owesWord) this.ready();
    // What the account was let into by the agent before, the socket above all, is this agent's own by now.
    if (this.runnable.runSpec.user !== undefined)
      this.#surroundings().catch((thrown: unknown) =>
        this.#ports.logger.error({ err: thrown }, "The way of an account could not be opened."),
      );
  }

  /** Starts it if nothing was taken over, and keeps it running from now on. Resolves after the first start. */
  async begin(): Promise<void> {
    await this.#ensureProcess();
    this.#loop = this.#keep();
  }

  /**
   * Starts one process of this version, with its sockets, and leaves it to the caller.
   *
   * @param remember makes it durable before it runs.
   */
  async launch(remember: (process: ProcessIdentity) => Promise<void>): Promise<LaunchResult> {
    const { paths, sockets, families } = this.#ports;
    await rotateOutputLog(paths.outputLog, { ...this.runnable.runSpec.logs, ...this.#host.logs });
    const prepared = await prepareLaunch(this.runnable, paths, this.#host);
    if (prepared.kind === "refused") return { kind: "not-executable", message: prepared.message };
    this.#spec = prepared.spec;
    const start = families.start(basename(paths.folder));
    const listens = this.wanted.length === 0 ? {} : { [LISTEN_VARIABLE]: listenText(this.wanted) };
    const spec = { ...prepared.spec, environment: { ...listens, ...prepared.spec.environment, ...start.environment } };
    let family: ProcessFamily | undefined;
    const remembered = async (identity: ProcessIdentity): Promise<void> => {
      family = await start.join(identity.pid);
      await remember(identity);
    };
    const result = await launch(spec, remembered, sockets.gateKeeper(this.wanted));
    return result.kind === "started" ? { ...result, process: this.#asRun({ ...result.process, ...(family && { family }) }) } : result;
  }

  /** Counts an end that nobody waited for. */
  async crashed(exit: ProcessExit): Promise<void> {
    const nowMs = this.#ports.nowMs();
    this.health.crashed(exit, nowMs, STABLE_AFTER_MS);
    if (!this.#inProbation) this.#lateCrashes = [...this.#lateCrashes, { atMs: nowMs, exit }].slice(-MAX_LATE_CRASHES);
    this.#ports.logger.warn({ exit, crashesInARow: this.health.crashesInARow }, `The application ${describeExit(exit)}.`);
    await this.#ports.onCrash().catch((thrown: unknown) => {
      this.#ports.logger.error({ err: thrown }, "A crash could not be written down; it counts until the agent ends.");
    });
    this.#ports.onChange();
  }

  /** Ends the supervision and leaves the process, if there is one, to the caller. */
  async leave(): Promise<RunningProcess | undefined> {
    this.#over.abort();
    this.#stopWatching();
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
      const { restart } = this.runnable.runSpec;
      const { lastExit, crashesInARow } = this.health;
      if (lastExit !== undefined && !mayRestart(restart?.policy, lastExit)) return;
      const delayMs = restartDelayMs(Math.max(1, crashesInARow), this.#inProbation, this.#ports.random(), restart?.maxDelayMs);
      await sleep(delayMs, undefined, { signal }).catch(() => undefined);
      if (!signal.aborted) await this.#ensureProcess();
    }
  }

  async #ended(process: RunningProcess, exit: ProcessExit): Promise<void> {
    this.#stopWatching();
    const before = (await this.#memoryBefore) ?? { machine: undefined, own: undefined };
    const explained: ProcessExit =
      this.#hung === undefined ? await explainExit(process, exit, before, this.#ports.nowMs()) : { kind: "hang", message: this.#hung };
    this.#process = undefined;
    this.#hung = undefined;
    // Workers that a dead leader left behind would hold its port against the next start.
    await killRest(process);
    if (isOrderlyEnd(this.runnable.runSpec.restart?.policy, explained)) this.#finished(explained);
    else await this.crashed(explained);
    await this.#ports.forget();
  }

  #finished(exit: ProcessExit): void {
    this.health.finished(exit);
    this.#ports.logger.info({ exit }, "The application ended in order and is not started again.");
    this.#ports.onChange();
  }

  /** A process runs from now on. */
  #began(process: RunningProcess): void {
    const { heartbeatDeadlineMs, startDeadlineMs } = this.runnable.runSpec;
    this.#process = this.#asRun(process);
    this.#memoryBefore = readMemoryKills();
    this.health.began(this.#ports.nowMs());
    const startMs = this.#owesWord && !this.#inProbation ? startDeadlineMs : undefined;
    this.#watch = new HangWatch({ startMs, heartbeatMs: heartbeatDeadlineMs }, (message) => this.#hang(process, message));
    if (!this.#owesWord) this.#watch.heard();
    void process.ready?.then((isReady) => isReady && this.#process?.identity === process.identity && this.ready());
    this.#probe();
    this.#ports.onChange();
  }

  /** A process with what its version says about stopping it. */
  #asRun(process: RunningProcess): RunningProcess {
    const { stopSignal } = this.runnable.runSpec;
    return stopSignal === undefined ? process : { ...process, stopSignal };
  }

  /** Whether the process has to say itself that it is ready. */
  get #owesWord(): boolean {
    return ["pipe", "ipc"].includes(awaitedReadiness(this.runnable.runSpec));
  }

  /** Ends a process that does not do what it owes; its end is then explained by that. */
  #hang(process: RunningProcess, message: string): void {
    if (this.#process?.identity !== process.identity || this.#over.signal.aborted) return;
    this.#hung = message;
    signalGroup(process.identity, "SIGKILL");
    process.hurry?.();
  }

  #probe(): void {
    const { probe } = this.health;
    const process = this.#process;
    if (probe === undefined || process === undefined) return;
    this.#probes = new ProbeLoop(
      probe,
      () => this.#surroundings(),
      (result) => {
        this.health.probed(result, this.#ports.nowMs());
        const mayEnd = !this.#inProbation && this.runnable.runSpec.restart?.whenUnhealthy === "restart";
        if (mayEnd && this.health.isFailing)
          this.#hang(process, `hung: its probe failed ${this.health.failedProbesInARow} times in a row: ${result.said}`);
        this.#ports.onChange();
      },
    );
  }

  #stopWatching(): void {
    this.#probes?.stop();
    this.#watch?.stop();
  }

  /** What a probe runs in; that of a process which was taken over is found out anew. */
  async #surroundings(): Promise<LaunchSpec | undefined> {
    const prepared = this.#spec === undefined ? await prepareLaunch(this.runnable, this.#ports.paths, this.#host) : undefined;
    if (prepared?.kind === "ready") this.#spec = prepared.spec;
    return this.#spec;
  }

  async #ensureProcess(): Promise<void> {
    if (this.#process !== undefined) return;
    const { logger, remember } = this.#ports;
    try {
      const result = await this.launch(remember);
      if (result.kind === "started") return this.#began(result.process);
      await this.crashed(result);
    } catch (thrown) {
      // A full disk is not the release's fault and is no crash; the next try comes after the usual wait.
      logger.error({ err: thrown }, `The application was not started: ${toAppError(thrown).message}`);
      this.health.crashesInARow += 1;
    }
  }
}
