import { basename } from "node:path";
import type { HostFailure } from "#shared/domain/host/reported.ts";
import { DEFAULT_DRAIN_DEADLINE_MS } from "#shared/domain/release/sockets.ts";
import type { Vitals } from "../update/describe-application.ts";
import { blameExit, type Observations } from "../update/probation.ts";
import { isSameRelease, type ReleaseIdentity } from "../update/release-identity.ts";
import { adoptProcess } from "./adopt-process.ts";
import { bringUp } from "./bring-up.ts";
import { Drains } from "./drains.ts";
import type { HostAdditions, RunnableRelease } from "./launch-spec.ts";
import { describeListening } from "./listening.ts";
import { claimOrphan } from "./orphan.ts";
import { overlapObstacle } from "./overlap-obstacle.ts";
import { isAlive, type ProcessIdentity } from "./process-identity.ts";
import { RunLedger } from "./run-ledger.ts";
import type { RunningProcess } from "./running-process.ts";
import { serviceTrouble } from "./service-trouble.ts";
import { ServiceRun, type ServiceRunPorts } from "./service-run.ts";

/** What a service needs from around it. */
export type ServicePorts = Omit<ServiceRunPorts, "remember" | "forget"> & {
  readonly machineBoot: string | undefined;
  readonly hostAdditions: (release: ReleaseIdentity) => Promise<HostAdditions>;
};

/** What a version may say of itself. */
export type ServiceWords = {
  readonly ready: () => void;
  /** Well, or why not. */
  readonly feels: (unwell: string | undefined) => void;
  /** It lives. */
  readonly heartbeat: () => void;
};

/** How a take-over without a gap ended. */
export type TakeOver =
  /** The version serves; the one before ends its requests. */
  | { readonly kind: "taken" }
  /** It cannot be done that way here and now: one has to stop before the other starts. Nothing was changed. */
  | { readonly kind: "apart"; readonly reason: string }
  /** The version did not get ready. What served before serves on, untouched. */
  | { readonly kind: "failed"; readonly failure: HostFailure }
  /** The agent stops; the next one begins again. */
  | { readonly kind: "interrupted" };

/** Which version takes over, and from where. */
export type TakeOverTerms = {
  readonly to: RunnableRelease;
  /** What served before, as far as it can still be run; an agent that finds it running takes it over first. */
  readonly from: () => Promise<RunnableRelease | undefined>;
  /** The way back from a bad version: it is not watched any more, and nothing waits for requests of earlier versions. */
  readonly isRevert: boolean;
};

/**
 * Keeps one version of one application running, and lets another one take over.
 *
 *     idle ─serve─▶ serving ─stop─▶ idle
 *                    serving ─takeOver─▶ serving beside one that gets ready ─▶ serving (the other one) beside one that ends
 *                                           └─ it does not get ready ─▶ serving, as before
 *
 * INVARIANTS: at most one process serves, those of earlier agents included; at most one gets ready; whatever else runs
 * was asked to end and has a deadline. None runs without a durable record. `serve`, `takeOver` and `stop` are not called
 * while one of them runs (the application's own loop is serial).
 */
export class SupervisedService {
  readonly #ports: ServicePorts;
  readonly #ledger: RunLedger;
  readonly #drains: Drains;
  readonly #interruption = new AbortController();
  #run: ServiceRun | undefined;
  #rising: { readonly releaseId: string; readonly word: PromiseWithResolvers<boolean> } | undefined;
  #isClaimed = false;

  constructor(ports: ServicePorts) {
    this.#ports = ports;
    this.#ledger = new RunLedger(ports.paths.runRecord, ports.machineBoot);
    this.#drains = new Drains({ ledger: this.#ledger, logger: ports.logger, nowMs: ports.nowMs });
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
    const run = this.#run;
    if (run === undefined) return { healthy: false, restarts: 0 };
    const { health, wanted } = run;
    const uptimeMs = health.runningSinceMs === undefined ? undefined : Math.max(0, Math.round(this.#ports.nowMs() - health.runningSinceMs));
    const listening = describeListening(wanted, this.#ports.sockets);
    const trouble = serviceTrouble(health);
    return {
      healthy: health.isHealthy,
      restarts: health.restarts,
      ...(uptimeMs !== undefined && { uptimeMs }),
      ...(listening !== undefined && { listening }),
      ...(trouble !== undefined && { trouble }),
    };
  }

  /** What probation judges; undefined while nothing is asked to serve. */
  observe(crashes: number): Observations | undefined {
    return this.#run?.health.observe(crashes);
  }

  /** Why a version that had passed its probation is to be taken back, if its restart policy wants that. */
  lateFailure(): HostFailure | undefined {
    return this.#run?.lateFailure();
  }

  /** Takes what a version says of itself over the application's socket; undefined when no process of it runs here. */
  wordsOf(releaseId: string): ServiceWords | undefined {
    if (this.#run?.runnable.release.releaseId === releaseId && this.#run.process !== undefined) return this.#run;
    const rising = this.#rising;
    if (rising?.releaseId !== releaseId) return undefined;
    // One that gets ready has nothing to say but that; how it feels is asked once it serves.
    const ready = (): void => rising.word.resolve(true);
    return { ready, feels: (unwell) => void (unwell === undefined && ready()), heartbeat: () => undefined };
  }

  /** From now on a crash is only a crash, and what the version before listened on is let go. */
  async endProbation(): Promise<void> {
    this.#run?.endProbation();
    if (this.#run !== undefined) await this.#ports.sockets.keep(this.#run.wanted);
  }

  /** Takes over what already runs this version, or starts it, after ending what else serves. Connections wait meanwhile. */
  async serve(runnable: RunnableRelease, inProbation: boolean): Promise<void> {
    await this.#halt(runnable);
    const run = await this.#prepare(runnable, inProbation);
    await this.#claim(run);
    // What it does not inherit it may want to listen on by itself.
    await this.#ports.sockets.keep(run.wanted);
    await run.begin();
  }

  /** Lets another version take over while the present one serves, without a moment in which none does. */
  async takeOver({ to, from, isRevert }: TakeOverTerms): Promise<TakeOver> {
    if (!this.#isClaimed) await this.#resume([to, await from()], isRevert ? undefined : to);
    const before = this.#run;
    if (before !== undefined && isSameRelease(before.runnable.release, to.release)) return { kind: "taken" };
    const next = await this.#prepare(to, !isRevert);
    const obstacle = overlapObstacle(before, next.wanted, this.#ports.sockets);
    if (before === undefined || obstacle !== undefined) return { kind: "apart", reason: obstacle ?? "nothing serves" };
    const held = await this.#holdFor(next, before);
    if (held !== undefined) return held;
    if (!isRevert) await this.#unlessInterrupted(this.drained());
    else await before.leave();
    const word = Promise.withResolvers<boolean>();
    this.#rising = { releaseId: to.release.releaseId, word };
    const up = await bringUp({
      start: () => next.launch((process) => this.#ledger.getsReady(process, to)),
      word: word.promise,
      limits: to.runSpec,
      end: (process) => this.#drains.begin(process, to.runSpec.stopDeadlineMs),
      onGone: ({ identity }) => this.#ledger.hasEnded(identity),
      random: this.#ports.random,
      signal: this.#interruption.signal,
    }).finally(() => (this.#rising = undefined));
    if (up.kind === "ready") return this.#promote(next, before, up.process);
    // Nobody watches the bad version any more, and only stopping it is left.
    return isRevert && up.kind === "failed" ? { kind: "apart", reason: up.failure.message } : up;
  }

  /** Resolves when what other versions took over from has ended. */
  drained(): Promise<void> {
    return this.#drains.idle();
  }

  /** Ends a take-over that is under way, since the agent stops. */
  interrupt(): void {
    this.#interruption.abort();
  }

  /** Ends what serves, within its deadline. Its sockets are held on: connections wait for the next version. */
  async pause(): Promise<void> {
    await this.#halt(undefined);
  }

  /** Ends everything, each process within its deadline, and lets its sockets go. */
  async stop(): Promise<void> {
    const deadlineMs = this.#run?.runnable.runSpec.stopDeadlineMs ?? 0;
    await this.#halt(undefined);
    await this.#drains.cutShort(deadlineMs);
    await this.#ports.sockets.keep([]);
  }

  async #prepare(runnable: RunnableRelease, inProbation: boolean): Promise<ServiceRun> {
    const { hostAdditions, sockets } = this.#ports;
    const host = await hostAdditions(runnable.release);
    const wanted = await sockets.wantedBy(runnable, host);
    // One that another version has taken over from speaks of nothing any more.
    const isCurrent = (): boolean => this.#run === run;
    const run: ServiceRun = new ServiceRun(
      {
        ...this.#ports,
        remember: (process) => (isCurrent() ? this.#ledger.serves(process, runnable) : Promise.reject(new Error("another version serves"))),
        forget: () => (isCurrent() ? this.#ledger.servesNoMore() : Promise.resolve()),
      },
      { runnable, host, wanted, inProbation },
    );
    return run;
  }

  /** Ends what serves. `unless` spares an orphan of that version. */
  async #halt(unless: RunnableRelease | undefined): Promise<void> {
    const run = this.#run;
    if (run !== undefined) {
      await run.end();
      await this.#ledger.servesNoMore();
      this.#run = undefined;
    } else if (!this.#isClaimed && unless === undefined) {
      await this.#claimRecord(undefined);
    }
  }

  /** From now on this version is the one that serves, with the process of it that an earlier agent left. */
  async #claim(run: ServiceRun): Promise<void> {
    this.#run = run;
    if (this.#isClaimed) return;
    try {
      const orphan = await this.#claimRecord(run.runnable);
      if (orphan.kind === "died") return await run.crashed(orphan.exit);
      if (orphan.kind === "none") return;
      this.#ports.logger.info({ pid: orphan.process.identity.pid }, "Took over the process that runs already.");
      run.adopt(orphan.process);
    } catch (thrown) {
      // Whoever tries again must find what an earlier agent left, and not a version that seems to serve without it.
      this.#run = undefined;
      throw thrown;
    }
  }

  /**
   * Deals with what an earlier agent left: what serves and is not wanted ends now, what is beside it in its own time. When
   * the disk fails meanwhile, it is begun again by the next call.
   */
  async #claimRecord(wanted: RunnableRelease | undefined): ReturnType<typeof claimOrphan> {
    const { record, recovered } = await this.#ledger.read();
    if (recovered !== undefined) this.#ports.logger.warn({ path: recovered }, "A damaged run record was recovered from its twin.");
    const orphan = await claimOrphan(record, wanted?.release, this.#ports.machineBoot, (identity) => this.#adopt(identity));
    if (orphan.kind === "adopted") this.#ledger.adopted();
    const beside = await this.#drains.resume(record?.beside ?? [], ({ process }) => this.#adopt(process));
    const spared = orphan.kind === "adopted" ? [orphan.process.identity.pid, ...beside] : beside;
    await this.#ports.families.sweep(basename(this.#ports.paths.folder), spared);
    if (orphan.kind !== "adopted") await this.#ledger.servesNoMore();
    this.#isClaimed = true;
    return orphan;
  }

  /** After a restart of the agent in the middle of a switch: supervises whichever of these versions serves. */
  async #resume(versions: readonly (RunnableRelease | undefined)[], inProbation: RunnableRelease | undefined): Promise<void> {
    const { record } = await this.#ledger.read();
    const runnable = versions.find((one) => isSameRelease(one?.release, record?.release));
    if (record === undefined || runnable === undefined || !(await isAlive(record.process))) return;
    const run = await this.#prepare(runnable, runnable === inProbation);
    await this.#claim(run);
    await run.begin();
  }

  async #adopt(identity: ProcessIdentity): Promise<RunningProcess> {
    const { sockets, families, paths } = this.#ports;
    const family = await families.adopt(identity.pid);
    return { ...(sockets.find(identity) ?? adoptProcess(identity, paths.lifeline)), ...(family && { family }) };
  }

  async #holdFor(next: ServiceRun, before: ServiceRun): Promise<TakeOver | undefined> {
    const held = await this.#ports.sockets.hold(next.wanted);
    if (held.kind === "held") return undefined;
    if (held.kind === "impossible") return { kind: "apart", reason: held.reason };
    const group = before.process?.identity.pid;
    const isInOurWay = held.inUse && (held.owner === undefined || held.owner.group === group);
    if (isInOurWay) return { kind: "apart", reason: `${held.message} That is the version before itself.` };
    return { kind: "failed", failure: blameExit({ kind: "no-socket", message: held.message }, `${held.message} Nothing was changed.`) };
  }

  async #promote(next: ServiceRun, before: ServiceRun, process: RunningProcess): Promise<TakeOver> {
    const served = before.process?.identity;
    this.#run = next;
    try {
      await this.#ledger.takesOver(process.identity);
    } catch (thrown) {
      this.#run = before;
      this.#drains.begin(process, next.runnable.runSpec.stopDeadlineMs);
      throw thrown;
    }
    next.adopt(process);
    await next.begin();
    const left = await before.leave();
    const { drainDeadlineMs = DEFAULT_DRAIN_DEADLINE_MS } = before.runnable.runSpec;
    if (left !== undefined) this.#drains.begin(left, drainDeadlineMs);
    else if (served !== undefined) await this.#ledger.hasEnded(served);
    return { kind: "taken" };
  }

  async #unlessInterrupted(work: Promise<void>): Promise<void> {
    const { signal } = this.#interruption;
    await Promise.race([work, new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }))]);
  }
}
