import type { ReportedApplication } from "#shared/domain/host/reported.ts";
import type { GrantId } from "#shared/lib/ids.ts";
import type { ReportBody } from "#shared/protocol/agent-frames.ts";
import { backoffCeilingMs } from "#main/node/backoff.ts";
import type { AgentLogger } from "../logger.ts";
import type { ControlPlaneContact } from "../net/control-plane-contact.ts";
import type { HostAdditions } from "../process/launch-spec.ts";
import { LogWatch } from "../process/log-watch.ts";
import { readLogTail } from "../process/output-log.ts";
import type { ProcessFamilies } from "../process/process-family.ts";
import { SupervisedService } from "../process/supervised-service.ts";
import type { UnitService } from "../process/unit-service.ts";
import type { ApplicationSockets } from "../sockets/application-sockets.ts";
import type { ApplicationPaths } from "../state/state-paths.ts";
import type { ApplicationVoice } from "./application-voice.ts";
import { CandidateWork, type CandidateWorker } from "./candidate-work.ts";
import { describeApplication } from "./describe-application.ts";
import { haltJournal, type HaltedGrants } from "./halt.ts";
import { hookDueInMs } from "./hook-wait.ts";
import type { JournalKeeper } from "./journal-keeper.ts";
import type { Journal } from "./journal.ts";
import type { Legacy } from "./legacy.ts";
import type { Lease } from "./lease.ts";
import { nextStep, type Facts } from "./next-step.ts";
import { phaseReport } from "./phase-report.ts";
import { addQuarantine, liftQuarantine } from "./quarantine.ts";
import { isSameRelease, type ReleaseIdentity } from "./release-identity.ts";
import { lateFailure, probationVerdict } from "./serving-verdict.ts";
import type { SlotStore } from "./slot-store.ts";
import { StandingOrders, type UnitDesired } from "./standing-orders.ts";
import { executeStep, stepExecutors } from "./step-executors.ts";
import { countCrash } from "./transitions.ts";

/** What one application needs from around it. */
export type UnitPorts = {
  readonly journal: JournalKeeper;
  readonly paths: ApplicationPaths;
  readonly readableLog: string;
  readonly downloads: string;
  readonly slots: SlotStore;
  readonly legacy: Pick<Legacy, "adopt" | "stop">;
  /** What serves instead of a supervised process. */
  readonly service?: UnitService;
  readonly preparation: CandidateWorker;
  readonly sockets: ApplicationSockets;
  readonly machineBoot: string | undefined;
  readonly families: ProcessFamilies;
  readonly contact: Pick<ControlPlaneContact, "isOpen" | "lastHeardMs">;
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
  readonly hostAdditions: (release: ReleaseIdentity) => Promise<HostAdditions>;
  /** What the application says for itself; without one it has no socket. */
  readonly voice?: ApplicationVoice;
  /** Takes a report durably. */
  readonly report: (body: ReportBody) => Promise<void>;
  /** Something that a `state` report would tell has changed. */
  readonly onChange: () => void;
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
  /** What people read when they ask for its log: its output, or what the agent writes of itself. */
  readonly readableLog: string;
  readonly #ports: UnitPorts;
  readonly #service: UnitService;
  readonly #work: CandidateWork;
  readonly #executors: ReturnType<typeof stepExecutors>;
  readonly #orders: StandingOrders;
  readonly #logWatch: LogWatch;
  #queue: Promise<void> = Promise.resolve();
  #isQueued = false;
  #isClosed = false;
  #failuresInARow = 0;
  #overBudgetBytes = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(ports: UnitPorts) {
    this.#ports = ports;
    this.#logWatch = new LogWatch(ports.paths.outputLog);
    this.readableLog = ports.readableLog;
    const { journal, slots, paths, downloads, logger } = ports;
    this.#orders = new StandingOrders(() => journal.current);
    const supervised = (): UnitService =>
      new SupervisedService({
        paths,
        sockets: ports.sockets,
        machineBoot: ports.machineBoot,
        families: ports.families,
        logger,
        nowMs: () => ports.nowMs(),
        random: () => ports.random(),
        hostAdditions: (release) => ports.hostAdditions(release),
        onChange: () => this.tick(),
        onCrash: () => journal.apply(countCrash(journal.current)),
      });
    this.#service = ports.service ?? supervised();
    this.#work = new CandidateWork({
      journal,
      preparation: ports.preparation,
      mayBegin: () => this.#orders.hasLiveGrant(ports.nowMs()),
      onChange: () => this.#changed(),
    });
    this.#executors = stepExecutors({
      journal,
      service: this.#service,
      slots,
      legacy: ports.legacy,
      paths,
      downloads,
      logger,
      now: () => ports.now(),
      random: () => ports.random(),
      overBudget: (bytes) => void (this.#overBudgetBytes = bytes),
      quarantineMs: () => ports.quarantineMs(),
      minimumVersion: () => ports.minimumVersion(),
      isReached: () => ports.contact.isOpen,
      prepare: () => this.#work.begin(),
    });
    journal.reportTo(async (note) => {
      await ports.voice?.entered(note);
      await ports.report(phaseReport(note, this.describe()));
    });
  }

  get applicationId(): string {
    return this.#ports.journal.current.applicationId;
  }

  /** Why the control plane grants nothing at present, if it does not. */
  get hold(): string | undefined {
    return this.#orders.desired?.hold;
  }

  /** What is on record here. */
  get journal(): Journal {
    return this.#ports.journal.current;
  }

  /** What is wanted here now: an order of the host's own while it has not begun its switch, else the document's word. */
  get wanted(): UnitDesired | undefined {
    return this.#orders.wanted;
  }

  /** The application as a report tells it, as of now. */
  describe(): ReportedApplication {
    const progress = this.#work.progress();
    const updateLock = this.#ports.voice?.lock();
    const own = this.#service.runnable?.hasOwnRunSpec;
    const told = describeApplication(this.journal, {
      ...this.#service.vitals(),
      ...(progress && { progress }),
      ...(own && { ownRunSpec: own }),
      ...(this.#overBudgetBytes > 0 && { overBudgetBytes: this.#overBudgetBytes }),
    });
    return updateLock === undefined ? told : { ...told, updateLock };
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
    this.#orders.desired = desired;
    this.tick();
  }

  /**
   * Puts an order of this host itself over what the document wants, until its switch begins or its grant is over. The
   * caller keeps it over restarts, and gives the go.
   */
  setOrder(order: UnitDesired): void {
    this.#orders.order = order;
    this.tick();
  }

  /** The control plane's go for the switch under a grant. One for another application, or for a grant that is over, is nothing. */
  go(grantId: GrantId, lease: Lease): void {
    if (this.#orders.go(grantId, lease)) this.tick();
  }

  /**
   * Stops what has not begun its switch. In force when this returns, durable when it resolves.
   *
   * @returns the named grants whose switch had begun before.
   */
  async halt(grants: HaltedGrants): Promise<readonly GrantId[]> {
    const { journal, now } = this.#ports;
    const result = haltJournal(journal.current, grants, this.#orders.offered, now());
    this.#orders.halt(grants);
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
      // Read anew: the host's own file may say something else by now.
      await this.#service.serve(await this.#ports.slots.runnable(runnable.release), serving.state === "probation");
      return true;
    });
  }

  /** What runs here, to which its own words go. */
  get service(): Pick<SupervisedService, "runnable" | "wordsOf"> {
    return this.#service;
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

  /** Keeps a release out for a while, as after a revert; resolves when that is durable. */
  async quarantine(release: ReleaseIdentity, reason: string): Promise<void> {
    const { journal, now, quarantineMs } = this.#ports;
    const entry = { releaseId: release.releaseId, digest: release.digest, reason, at: now(), expiresAt: now() + quarantineMs() };
    await journal.apply({ ...journal.current, quarantine: addQuarantine(journal.current.quarantine, entry) });
    this.#changed();
  }

  /** The last of what the application wrote. */
  readLog(maxBytes: number): Promise<string> {
    return readLogTail(this.readableLog, maxBytes);
  }

  /** Keeps the output log within its size. */
  rotateLog(): Promise<void> {
    return this.#logWatch.look({ ...this.#service.runnable?.runSpec.logs, ...this.#ports.voice?.logLimits() });
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
    this.#logWatch.close();
    this.#work.abort();
    this.#service.interrupt();
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
        if (step.kind === "rest") return this.#rest(facts);
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

  #rest({ verdict, heldBackMs, now }: Facts): void {
    const { candidate } = this.journal;
    const hookDueMs = candidate?.waiting === undefined ? undefined : hookDueInMs(candidate, now) || undefined;
    const waits = [verdict?.verdict === "pending" ? verdict.againInMs : undefined, heldBackMs, hookDueMs].filter(
      (one) => one !== undefined,
    );
    if (waits.length > 0) this.#wakeIn(Math.min(...waits));
    // A report asks for its receipt, which is a sign of life of the control plane.
    if (verdict?.verdict === "pending" && this.#service.runnable?.runSpec.revertWhenCutOffMs !== undefined) this.#ports.onChange();
  }

  #wakeIn(delayMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.tick(), delayMs);
  }

  #facts(): Facts {
    const { journal, now, nowMs, contact, minimumVersion } = this.#ports;
    const { serving } = journal.current;
    const atMs = nowMs();
    const goes = this.#orders.liveGoes(atMs);
    const desired = this.#orders.targetAt(atMs);
    const verdict = probationVerdict(journal.current, this.#service, contact, atMs);
    const failure = lateFailure(journal.current, this.#service, minimumVersion());
    const preparation = this.#work.state();
    const release = serving.state === "healthy" || serving.state === "probation" ? serving.release : undefined;
    const heldBackMs = this.#heldBackMs();
    return {
      now: now(),
      goes,
      supervised: isSameRelease(this.#service.runnable?.release, release),
      ...(desired !== undefined && { desired }),
      ...(preparation !== undefined && { preparation }),
      ...(verdict !== undefined && { verdict }),
      ...(heldBackMs !== undefined && { heldBackMs }),
      ...(failure !== undefined && { lateFailure: failure }),
    };
  }

  #heldBackMs(): number | undefined {
    const { candidate } = this.journal;
    return candidate !== undefined && this.#orders.mayBeHeldBack ? this.#ports.voice?.heldBackMs(candidate.target) : undefined;
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
