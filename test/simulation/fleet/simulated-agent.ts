import type { HostFacts, ReportedApplication, RunningRelease } from "#shared/domain/host/reported.ts";
import type { ApplicationId, HostId } from "#shared/lib/ids.ts";
import type { AgentFrame, DocumentPair, ReportBody } from "#shared/protocol/agent-frames.ts";
import { controlFrame, type ControlFrame } from "#shared/protocol/control-frames.ts";
import type { AgentIdentity } from "./agent-identity.ts";
import { newBoot } from "./agent-identity.ts";
import type { AgentWire, Dial } from "./agent-wire.ts";
import { SimulatedApplication, type UpdateOutcome } from "./simulated-application.ts";

/** How a simulated host is set up. */
export type SimulatedAgentOptions = {
  readonly hostId: HostId;
  readonly identity: AgentIdentity;
  readonly dial: Dial;
  readonly facts?: Partial<HostFacts>;
  /** What it runs already. */
  readonly running?: ReadonlyMap<ApplicationId, RunningRelease>;
  /** How an update to this release ends; healthy when not said. */
  readonly outcomeOf?: (release: RunningRelease) => UpdateOutcome;
  /** Time that each phase of an update takes. */
  readonly phaseMs?: number;
  /** What this host tells of an application otherwise than its simulation would. */
  readonly tells?: (application: ReportedApplication) => ReportedApplication;
  /** Time between state reports; what the control plane asks for when not said, 0 for none. */
  readonly stateIntervalMs?: number;
};

/** Frames kept for whoever asks; thousands of agents live in one process. */
const KEPT_FRAMES = 50;

type Waiter = { readonly wanted: (frame: ControlFrame) => boolean; readonly found: (frame: ControlFrame) => void };

/** Facts of a host that is like all others. */
export const SIMULATED_FACTS: HostFacts = {
  hostname: "simulated",
  platform: "linux/amd64",
  osRelease: "simulated",
  agentVersion: "0.1.0",
  cpuCount: 2,
  memoryBytes: 2 ** 31,
};

/**
 * A host in a few hundred bytes: the real protocol with its signatures, numbers and acknowledgements over any wire, and
 * updates that go through their phases without bytes or processes.
 */
export class SimulatedAgent {
  readonly hostId: HostId;
  /** The last frames, oldest first. */
  readonly received: ControlFrame[] = [];
  readonly #options: SimulatedAgentOptions;
  readonly #applications = new Map<ApplicationId, SimulatedApplication>();
  readonly #timers = new Set<NodeJS.Timeout>();
  /** Reports that are not acknowledged yet, oldest first. */
  readonly #journal: Extract<AgentFrame, { type: "report" }>[] = [];
  readonly #commands = new Set<string>();
  readonly #waiters = new Set<Waiter>();
  #boot = newBoot();
  #sequence = 0;
  #wire: AgentWire | undefined;
  #isGreeted = false;
  #isSilent = false;
  #applied: DocumentPair | undefined;
  #accessToken = "";
  #closeCode: number | undefined;

  constructor(options: SimulatedAgentOptions) {
    this.#options = options;
    this.hostId = options.hostId;
    for (const [id, release] of options.running ?? []) this.#applications.set(id, this.#application(id, release));
  }

  /** Opens the link; resolves once the control plane has welcomed this host, rejects with the code of its refusal. */
  async connect(): Promise<void> {
    this.#isGreeted = false;
    this.#closeCode = undefined;
    const gone = new Promise<number>((settle) => {
      this.#options.dial({
        opened: (wire) => {
          this.#wire = wire;
        },
        frame: (text) => this.#take(controlFrame.parse(JSON.parse(text))),
        closed: (code) => {
          this.#closed(code);
          settle(code);
        },
      });
    });
    const first = await Promise.race([this.next((frame) => frame.type === "welcome" || frame.type === "bye"), gone]);
    if (typeof first === "number") throw new Error(`closed with ${first}`);
    if (first.type === "bye") throw new Error(first.code);
  }

  /** Drops the link, as a network does. */
  disconnect(): void {
    this.#wire?.close();
    this.#clearTimers();
  }

  /** Another machine with the same identity, as a copied disk makes one. */
  twin(): SimulatedAgent {
    return new SimulatedAgent(this.#options);
  }

  /** Starts the agent again: a new boot, which first delivers what the old one had not. */
  restart(): void {
    this.#boot = newBoot();
    this.#sequence = 0;
  }

  /** The next frame that fits, from now on. */
  next(wanted: (frame: ControlFrame) => boolean): Promise<ControlFrame> {
    return new Promise((found) => {
      this.#waiters.add({ wanted, found });
    });
  }

  /** Signs, numbers and sends a report; keeps it until it is acknowledged. */
  report(body: ReportBody): void {
    if (this.#isSilent) return;
    this.#sequence += 1;
    const frame = this.#options.identity.report(this.hostId, this.#boot, this.#sequence, body);
    this.#journal.push(frame);
    if (this.#isGreeted) this.sendFrame(frame);
  }

  /** Reports the state of every application. */
  reportState(): void {
    this.report({ kind: "state", at: Date.now(), applications: this.#snapshots() });
  }

  sendFrame(frame: AgentFrame): void {
    this.sendText(JSON.stringify(frame));
  }

  /** Sends whatever it is given, for tests of bad frames. */
  sendText(text: string): void {
    this.#wire?.send(text);
  }

  application(id: ApplicationId): SimulatedApplication | undefined {
    return this.#applications.get(id);
  }

  get boot(): string {
    return this.#boot;
  }

  get accessToken(): string {
    return this.#accessToken;
  }

  get applied(): DocumentPair | undefined {
    return this.#applied;
  }

  get unacknowledged(): number {
    return this.#journal.length;
  }

  get isConnected(): boolean {
    return this.#wire !== undefined;
  }

  /** The code with which the last link was closed. */
  get closeCode(): number | undefined {
    return this.#closeCode;
  }

  #closed(code: number): void {
    this.#closeCode = code;
    this.#wire = undefined;
    this.#isGreeted = false;
    this.#clearTimers();
  }

  #take(frame: ControlFrame): void {
    this.received.push(frame);
    if (this.received.length > KEPT_FRAMES) this.received.shift();
    this.#answer(frame);
    for (const waiter of this.#waiters) {
      if (!waiter.wanted(frame)) continue;
      this.#waiters.delete(waiter);
      waiter.found(frame);
    }
  }

  #answer(frame: ControlFrame): void {
    switch (frame.type) {
      case "challenge":
        return this.sendFrame(this.#options.identity.proof(this.hostId, frame.nonce, this.#boot));
      case "welcome":
        return this.#welcomed(frame);
      case "desired":
        return this.#desired(frame);
      case "go":
        for (const application of this.#applications.values()) application.go(frame.grantId);
        return;
      case "halt": {
        const switching = [...this.#applications.values()].flatMap((one) => one.halt(frame.grants)?.grantId ?? []);
        return this.#isSilent ? undefined : this.sendFrame({ type: "ack", of: "halt", haltId: frame.haltId, switching });
      }
      case "command":
        return this.#command(frame);
      case "tail":
        return frame.forMs === 0
          ? undefined
          : this.sendFrame({ type: "tailed", tailId: frame.tailId, text: "a line of its log\n", isOver: true });
      case "report-ack":
        return this.#forget(frame.boot, frame.sequence);
      case "access":
        this.#accessToken = frame.accessToken;
        return;
      case "bye":
        return;
    }
  }

  #welcomed(frame: Extract<ControlFrame, { type: "welcome" }>): void {
    this.#accessToken = frame.accessToken;
    this.#forget(this.#boot, frame.acknowledgedSequence);
    const facts = { ...SIMULATED_FACTS, ...this.#options.facts };
    this.sendFrame({ type: "hello", facts, ...(this.#applied && { applied: this.#applied }), applications: this.#snapshots() });
    this.#isGreeted = true;
    for (const report of this.#journal) this.sendFrame(report);
    const intervalMs = this.#options.stateIntervalMs ?? frame.stateIntervalMs;
    if (intervalMs > 0) this.#every(intervalMs, () => this.reportState());
  }

  #desired(frame: Extract<ControlFrame, { type: "desired" }>): void {
    this.#applied = frame.pair;
    if (this.#isSilent) return;
    this.sendFrame({ type: "ack", of: "desired", pair: frame.pair });
    for (const desired of frame.applications) {
      const application = this.#applications.get(desired.applicationId) ?? this.#application(desired.applicationId);
      this.#applications.set(desired.applicationId, application);
      application.desired(desired);
    }
  }

  #command(frame: Extract<ControlFrame, { type: "command" }>): void {
    if (this.#isSilent) return;
    this.sendFrame({ type: "ack", of: "command", commandId: frame.commandId });
    if (this.#commands.has(frame.commandId)) return;
    this.#commands.add(frame.commandId);
    this.report({ kind: "command", at: Date.now(), commandId: frame.commandId, outcome: "done", message: `${frame.body.kind} done` });
  }

  #forget(boot: string, sequence: number): void {
    const known = this.#journal.filter((report) => report.boot === boot && report.sequence <= sequence);
    for (const report of known) this.#journal.splice(this.#journal.indexOf(report), 1);
  }

  #application(id: ApplicationId, current?: RunningRelease): SimulatedApplication {
    const host = {
      outcomeOf: this.#options.outcomeOf ?? (() => "healthy" as const),
      phaseMs: this.#options.phaseMs ?? 0,
      report: (body: ReportBody) => this.report(body),
      fallSilent: () => {
        this.#isSilent = true;
      },
      after: (delayMs: number, work: () => void) => this.#after(delayMs, work),
    };
    return new SimulatedApplication(host, id, current);
  }

  #snapshots() {
    const { tells } = this.#options;
    const snapshots = [...this.#applications.values()].map((application) => application.snapshot());
    return tells === undefined ? snapshots : snapshots.map(tells);
  }

  #after(delayMs: number, work: () => void): void {
    const timer = setTimeout(work, delayMs);
    timer.unref();
  }

  #every(intervalMs: number, work: () => void): void {
    const timer = setInterval(work, intervalMs);
    timer.unref();
    this.#timers.add(timer);
  }

  #clearTimers(): void {
    for (const timer of this.#timers) clearInterval(timer);
    this.#timers.clear();
  }
}
