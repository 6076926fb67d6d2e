import { setTimeout as wait } from "node:timers/promises";
import type { HostFailure } from "#shared/domain/host/reported.ts";
import { toAppError } from "#shared/errors/app-error.ts";
import { placeVersion, pruneVersions } from "../install/program-versions.ts";
import type { AgentLogger } from "../logger.ts";
import type { ControlPlaneContact } from "../net/control-plane-contact.ts";
import type { RunnableRelease } from "../process/launch-spec.ts";
import type { TakeOver, TakeOverTerms } from "../process/supervised-service.ts";
import type { UnitService } from "../process/unit-service.ts";
import type { Vitals } from "../update/describe-application.ts";
import { toFailure } from "../update/preparation-failure.ts";
import type { Verdict } from "../update/probation.ts";
import { GIVEN_UP, judgeSelf } from "./judge-self.ts";
import type { SelfInstallation } from "./self-installation.ts";
import { SolitaryService } from "./solitary-service.ts";
import type { Trial } from "./trial.ts";

/** What replacing itself takes. */
export type SelfServicePorts = {
  readonly installation: SelfInstallation;
  readonly trial: Trial;
  /** Whether the launcher has gone back from a version on trial to this one. */
  readonly isGivenUp: boolean;
  readonly contact: Pick<ControlPlaneContact, "lastHeardMs">;
  /** Whether no application is between two versions at this moment. */
  readonly isCalm: () => boolean;
  /** Ends this process, and nothing else, so that the launcher is started. */
  readonly end: () => never;
  /** Ms of the monotonic clock. */
  readonly nowMs: () => number;
  readonly logger: AgentLogger;
};

const LOOK_AGAIN_MS = 100;

/**
 * The agent as a service of its own: the version that runs is this process, and serving another one ends it.
 *
 *     this version ─serve(another)─▶ placed and tried ─▶ on trial ─▶ (the process ends; the launcher starts the other)
 *
 * INVARIANTS: `current` of the library names a whole version that was tried at every moment; the way back is durable
 * before there is anything to go back from; no application is in the middle of a switch when the process ends.
 */
export class SelfService extends SolitaryService implements UnitService {
  readonly #ports: SelfServicePorts;
  readonly #interruption = new AbortController();
  #runnable: RunnableRelease | undefined;
  #startedAtMs = 0;
  #refused: HostFailure | undefined;

  constructor(ports: SelfServicePorts) {
    super();
    this.#ports = ports;
  }

  /** The version that this process is; one that could not be started while it is in probation. */
  get runnable(): RunnableRelease | undefined {
    return this.#runnable;
  }

  get processIdentity(): string {
    return `${process.pid}/${this.#ports.installation.name}/${performance.timeOrigin}`;
  }

  vitals(): Vitals {
    return { healthy: this.#refused === undefined, restarts: 0, uptimeMs: Math.round(process.uptime() * 1000) };
  }

  judge(atMs: number): Verdict | undefined {
    if (this.#refused !== undefined) return { verdict: "failed", failure: this.#refused };
    if (this.#runnable === undefined) return undefined;
    const seen = { startedAtMs: this.#startedAtMs, lastHeardMs: this.#ports.contact.lastHeardMs };
    return judgeSelf(seen, this.#runnable.runSpec, atMs);
  }

  /** The version that runs is here to stay: from now on nothing goes back from it. */
  async endProbation(): Promise<void> {
    const { trial, installation } = this.#ports;
    await trial.pass();
    await pruneVersions(installation.paths, installation.name);
  }

  /**
   * Serves a version: does nothing for the one that runs, and ends this process for another one, or to start the same anew.
   * A new version that cannot be placed, or that the launcher has gone back from, is refused; {@link judge} says why.
   */
  async serve(runnable: RunnableRelease, inProbation: boolean): Promise<void> {
    if (this.#isOwn(runnable)) {
      if (this.#runnable === undefined || !this.#isOwn(this.#runnable)) this.#become(runnable);
      else await this.#endOnceCalm();
      return;
    }
    if (inProbation && this.#ports.isGivenUp) return this.#refuse(runnable, GIVEN_UP);
    const name = await this.#place(runnable, inProbation);
    if (name === undefined || !(await this.#untilCalm())) return;
    const { trial, logger } = this.#ports;
    if (inProbation) await trial.begin(name);
    else await trial.goBack(name);
    logger.info({ version: runnable.release.version }, "This agent ends, and another version of it takes over. The applications go on.");
    await this.#endOnceCalm();
  }

  /** Two agents never run beside each other; only bytes that run already are taken over as they are. */
  takeOver({ to }: TakeOverTerms): Promise<TakeOver> {
    if (!this.#isOwn(to)) return Promise.resolve({ kind: "apart", reason: "an agent gives way to the next" });
    this.#become(to);
    return Promise.resolve({ kind: "taken" });
  }

  interrupt(): void {
    this.#interruption.abort();
  }

  #isOwn({ release }: RunnableRelease): boolean {
    return release.digest === this.#ports.installation.digest;
  }

  #become(runnable: RunnableRelease): void {
    this.#runnable = runnable;
    this.#refused = undefined;
    this.#startedAtMs = this.#ports.nowMs();
  }

  #refuse(runnable: RunnableRelease, failure: HostFailure): void {
    this.#runnable = runnable;
    this.#refused = failure;
  }

  async #place(runnable: RunnableRelease, inProbation: boolean): Promise<string | undefined> {
    const { paths, node } = this.#ports.installation;
    try {
      return (await placeVersion(paths, { node, agent: runnable.artifactPath, version: runnable.release.version })).name;
    } catch (thrown) {
      // A disk that is full is tried again, and the way back whatever stands in it.
      if (!inProbation || toAppError(thrown).code !== "ENV_UNSUPPORTED") throw thrown;
      this.#refuse(runnable, toFailure(thrown, "exec").failure);
      return undefined;
    }
  }

  async #endOnceCalm(): Promise<void> {
    if (await this.#untilCalm()) this.#ports.end();
  }

  /** Whether it is; not when the agent is being stopped meanwhile. */
  async #untilCalm(): Promise<boolean> {
    const { signal } = this.#interruption;
    while (!signal.aborted && !this.#ports.isCalm()) await wait(LOOK_AGAIN_MS, undefined, { signal }).catch(() => undefined);
    return !signal.aborted;
  }
}
