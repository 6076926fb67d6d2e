import type { ReportedApplication } from "#shared/domain/host/reported.ts";
import type { GrantId } from "#shared/lib/ids.ts";
import type { ReportBody } from "#shared/protocol/agent-frames.ts";
import { backoffCeilingMs } from "#main/node/backoff.ts";
import type { AgentLogger } from "../logger.ts";
import type { HostAdditions } from "../process/launch-spec.ts";
import { readLogTail, rotateOutputLog } from "../process/output-log.ts";
import { SupervisedService } from "../process/supervised-service.ts";
import type { ApplicationPaths } from "../state/state-paths.ts";
import { CandidateWork } from "./candidate-work.ts";
import { describeApplication } from "./describe-application.ts";
import { haltJournal, type HaltedGrants } from "./halt.ts";
import type { JournalKeeper } from "./journal-keeper.ts";
import type { PhaseNote, TargetRelease } from "./journal.ts";
import { isLive, type Lease } from "./lease.ts";
import { nextStep, type DesiredTarget, type Facts } from "./next-step.ts";
import type { Preparation } from "./preparation.ts";
import { judgeProbation, type Verdict } from "./probation.ts";
import { liftQuarantine } from "./quarantine.ts";
import { isSameRelease } from "./release-identity.ts";
import type { SlotStore } from "./slot-store.ts";
import { executeStep, stepExecutors } from "./step-executors.ts";
import { countCrash } from "./transitions.ts";

/** What one application needs from around it. */
export type UnitPorts = {
  readonly journal: JournalKeeper;
  readonly paths: ApplicationPaths;
  readonly downloads: string;
  readonly slots: SlotStore;
  readonly preparation: Preparation;
  readonly machineBoot: string | undefined;
  readonly logger: AgentLogger;
  /** Epoch ms. */
  readonly now: () => number;
  /** Ms of the monotonic clock. */
  readonly nowMs: () => number;
  readonly random: () => number;
  /** For how long a release that is reverted now stays out. */
  readonly quarantineMs: () => number;
  /** The signed minimum version of the application, as far as this host knows. */
  readonly minimumVersion: () => string | undefined;
  readonly hostAdditions: () => Promise<HostAdditions>;
  /** Takes a report durably. */
  readonly report: (body: ReportBody) => Promise<void>;
  /** Something that a `state` report would tell has changed. */
  readonly onChange: () => void;
};

/** What the control plane wants here, with the lease as it was received. */
export type UnitDesired = {
  readonly target: TargetRelease;
  readonly grant?: { readonly grantId: GrantId } & Lease;
  /** Why nothing is granted, for people. */
  readonly hold?: string;
};

/** After a step failed (a full disk, a vanished slot) it is tried again with these waits. */
const STEP_RETRY = { baseMs: 500, capMs: 30_000 };

/**
 * One application on this host: gathers facts, asks the planner for the next step, executes it, and again until there
 * is nothing to do. Facts that change wake it.
 *
 * INVARIANTS: steps run one at a time; between the planner's word and the journal's change there is no pause in which a
 * halt could come; an act follows only a durable journal.
 */
export class ApplicationUnit {
  readonly #ports: UnitPorts;
  readonly #service: SupervisedService;
  readonly #work: CandidateWork;
  readonly #executors: ReturnType<typeof stepExecutors>;
  readonly #goes = new Map<GrantId, Lease>();
  #desired: UnitDesired | undefined;
  #queue: Promise<void> = Promise.resolve();
  #isQueued = false;
  #isClosed = false;
  #failuresInARow = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(ports: UnitPorts) {
    this.#ports = ports;
    const { journal, slots, paths, downloads, logger } = ports;
    this.#service = new SupervisedService({
      paths,
      machineBoot: ports.machineBoot,
      logger,
      nowMs: () => ports.nowMs(),
      random: () => ports.random(),
      hostAdditions: () => ports.hostAdditions(),
      onChange: () => this.tick(),
      onCrash: () => journal.apply(countCrash(journal.current)),
    });
    this.#work = new CandidateWork({
      journal,
      preparation: ports.preparation,
      mayBegin: () => this.#hasLiveGrant(),
      onChange: () => this.#changed(),
    });
    this.#executors = stepExecutors({
      journal,
      service: this.#service,
      slots,
      paths,
      downloads,
      logger,
      now: () => ports.now(),
      quarantineMs: () => ports.quarantineMs(),
      minimumVersion: () => ports.minimumVersion(),
      prepare: () => this.#work.begin(),
    });
    journal.reportTo((note) => ports.report(this.#toReport(note)));
  }

  get applicationId(): string {
    return this.#ports.journal.current.applicationId;
  }

  /** Why the control plane grants nothing at present, if it does not. */
  get hold(): string | undefined {
    return this.#desired?.hold;
  }

  /** The application as a report tells it, as of now. */
  describe(): ReportedApplication {
    const progress = this.#work.progress();
    return describeApplication(this.#ports.journal.current, { ...this.#service.vitals(), ...(progress && { progress }) });
  }

  get productId(): string {
    return this.#ports.journal.current.productId;
  }

  /**
   * Tells what is wanted here; undefined leaves the application as it is.
   *
   * @param productId the product id that it goes by now. It chooses addresses and the host's overrides; what is
   *   installed must be signed under it.
   */
  setDesired(desired: UnitDesired | undefined, productId?: string): void {
    const { journal } = this.#ports;
    if (productId !== undefined && productId !== this.productId)
      void journal.apply({ ...journal.current, productId }).catch(() => undefined);
    this.#desired = desired;
    this.tick();
  }

  /** The control plane's go for the switch under a grant. One for another application, or for a grant that is over, is nothing. */
  go(grantId: GrantId, lease: Lease): void {
    const { candidate, spentGrants } = this.#ports.journal.current;
    const isMine = candidate?.grantId === grantId || this.#desired?.grant?.grantId === grantId;
    if (!isMine || spentGrants.includes(grantId)) return;
    this.#goes.set(grantId, lease);
    this.tick();
  }

  /**
   * Stops what has not begun its switch. In force when this returns, durable when it resolves.
   *
   * @returns the named grants whose switch had begun before.
   */
  async halt(grants: HaltedGrants): Promise<readonly GrantId[]> {
    const { journal, now } = this.#ports;
    const offered = [...this.#goes.keys(), ...(this.#desired?.grant === undefined ? [] : [this.#desired.grant.grantId])];
    const result = haltJournal(journal.current, grants, offered, now());
    for (const grantId of offered) if (grants === "all" || grants.includes(grantId)) this.#goes.delete(grantId);
    if (result.journal !== journal.current) {
      const saved = journal.apply(result.journal);
      this.#work.follow();
      await saved;
      this.tick();
    }
    return result.switching;
  }

  /** Starts what serves anew, in order; whether there was anything to restart. */
  restart(): Promise<boolean> {
    return this.#enqueue(async () => {
      const { serving } = this.#ports.journal.current;
      const { runnable } = this.#service;
      if (runnable === undefined || this.#isClosed) return false;
      await this.#service.serve(runnable, serving.state === "probation");
      return true;
    });
  }

  /** Names the process that serves, to tell whether a restart has happened. */
  get processIdentity(): string | undefined {
    return this.#service.processIdentity;
  }

  /** Lets a release in again; resolves when that is durable. */
  async liftQuarantine(releaseId: string): Promise<void> {
    const { journal } = this.#ports;
    await journal.apply({ ...journal.current, quarantine: liftQuarantine(journal.current.quarantine, releaseId) });
    this.#changed();
  }

  /** The last of what the application wrote. */
  readLog(maxBytes: number): Promise<string> {
    return readLogTail(this.#ports.paths.outputLog, maxBytes);
  }

  /** Keeps the output log within its size. */
  rotateLog(): Promise<void> {
    return rotateOutputLog(this.#ports.paths.outputLog);
  }

  /** Something changed: looks for the next step, soon and once however often it is called. */
  tick(): void {
    if (this.#isQueued || this.#isClosed) return;
    this.#isQueued = true;
    void this.#enqueue(() => this.#advance());
  }

  /** Resolves when the steps that were possible by now have been taken. */
  settled(): Promise<void> {
    return this.#queue;
  }

  /** Ends what runs within its deadline. The journal stays as it is: the next start goes on from it. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#work.abort();
    await this.#enqueue(() => this.#service.stop());
    await this.#ports.journal.idle();
  }

  async #advance(): Promise<void> {
    this.#isQueued = false;
    try {
      while (!this.#isClosed) {
        this.#work.follow();
        const facts = this.#facts();
        const step = nextStep(this.#ports.journal.current, facts);
        if (step.kind === "rest") return this.#rest(facts.verdict);
        this.#ports.logger.info({ step: step.kind }, "Next step.");
        await executeStep(this.#executors, step);
        this.#failuresInARow = 0;
        this.#ports.onChange();
      }
    } catch (thrown) {
      this.#ports.logger.error({ err: thrown }, "A step failed; it is tried again.");
      this.#wakeIn(backoffCeilingMs(STEP_RETRY, this.#failuresInARow));
      this.#failuresInARow += 1;
    }
  }

  #rest(verdict: Verdict | undefined): void {
    if (verdict?.verdict === "pending") this.#wakeIn(verdict.againInMs);
  }

  #wakeIn(delayMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.tick(), delayMs);
  }

  #facts(): Facts {
    const { journal, now, nowMs } = this.#ports;
    const { serving } = journal.current;
    const atMs = nowMs();
    for (const [grantId, lease] of this.#goes) if (!isLive(lease, atMs)) this.#goes.delete(grantId);
    const desired = this.#desiredTarget(atMs);
    const verdict = this.#verdict(atMs);
    const preparation = this.#work.state();
    const release = serving.state === "healthy" || serving.state === "probation" ? serving.release : undefined;
    return {
      now: now(),
      goes: [...this.#goes.keys()],
      supervised: isSameRelease(this.#service.runnable?.release, release),
      ...(desired !== undefined && { desired }),
      ...(preparation !== undefined && { preparation }),
      ...(verdict !== undefined && { verdict }),
    };
  }

  #desiredTarget(atMs: number): DesiredTarget | undefined {
    if (this.#desired === undefined) return undefined;
    const { target, grant } = this.#desired;
    return grant === undefined ? { target } : { target, grant: { grantId: grant.grantId, live: isLive(grant, atMs) } };
  }

  #hasLiveGrant(): boolean {
    const { candidate } = this.#ports.journal.current;
    const grant = this.#desired?.grant;
    return grant !== undefined && grant.grantId === candidate?.grantId && isLive(grant, this.#ports.nowMs());
  }

  #verdict(atMs: number): Verdict | undefined {
    const { serving } = this.#ports.journal.current;
    if (serving.state !== "probation" || !isSameRelease(this.#service.runnable?.release, serving.release)) return undefined;
    const seen = this.#service.observe(serving.crashes);
    return seen && this.#service.runnable && judgeProbation(seen, this.#service.runnable.runSpec, atMs);
  }

  #toReport(note: PhaseNote): ReportBody {
    const { phase, release, grantId, failure, at } = note;
    const { applicationId } = this.#ports.journal.current;
    const optional = { ...(grantId !== undefined && { grantId }), ...(failure !== undefined && { failure }) };
    return {
      kind: "phase",
      at,
      applicationId,
      releaseId: release.releaseId,
      digest: release.digest,
      phase,
      ...optional,
      application: this.describe(),
    };
  }

  #changed(): void {
    this.#ports.onChange();
    this.tick();
  }

  #enqueue<T>(task: () => Promise<T>): Promise<T> {
    const done = this.#queue.then(task);
    this.#queue = done.then(
      () => undefined,
      () => undefined,
    );
    return done;
  }
}
