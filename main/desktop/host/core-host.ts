import type { CoreState } from "#shared/contract/shell.ts";
import { coreReport, type Activity, type CoreReport, type Standstill } from "./core-messages.ts";
import type { CoreProcess } from "./core-process.ts";
import { decideRestart } from "./restart-policy.ts";

/** What the host needs from outside, so that it runs under tests without Electron and without waiting. */
export type CoreHostOptions<Port> = {
  readonly start: () => CoreProcess<Port>;
  /** Milliseconds of a clock that does not go back. */
  readonly now: () => number;
  /** Runs `task` after `delayMs`; the answer cancels it. */
  readonly after: (delayMs: number, task: () => void) => () => void;
  readonly log: (event: string, facts: Readonly<Record<string, unknown>>) => void;
  readonly onState: (state: CoreState) => void;
  readonly onActivity: (activity: Activity) => void;
};

/** How long a stop may take before the process is ended, and how long the quit question waits for facts. */
const STOP_DEADLINE_MS = 10_000;
const STANDSTILL_DEADLINE_MS = 2000;

type Phase<Port> =
  | { readonly name: "idle" }
  | { readonly name: "starting" | "ready" | "stopping"; readonly process: CoreProcess<Port> }
  | { readonly name: "waiting"; readonly cancel: () => void }
  | { readonly name: "refused" };

/**
 * Keeps one control-plane process running behind the desktop.
 *
 *     idle → starting → ready → stopping → idle
 *              ↑ │        │
 *              │ └─ ended ┴→ waiting (backoff) ─→ starting       too many crashes → refused
 *              └──────────────────────────────────┘
 *     starting | ready ─ says that it cannot run → refused ─ start() → starting
 *
 * An end that was asked for is an exit; one after `refused` was announced is a refusal; every other end is a crash.
 * INVARIANT: at most one process is alive, and late messages of an earlier one change nothing.
 */
export class CoreHost<Port> {
  readonly #options: CoreHostOptions<Port>;
  #phase: Phase<Port> = { name: "idle" };
  #crashesAtMs: number[] = [];
  #questions = new Map<number, (answer: Standstill | undefined) => void>();
  #nextQuestion = 0;
  #stopped: (() => void)[] = [];

  constructor(options: CoreHostOptions<Port>) {
    this.#options = options;
  }

  /** Starts the process, also again after a refusal. Does nothing while one runs or is about to. */
  start(): void {
    if (this.#phase.name !== "idle" && this.#phase.name !== "refused") return;
    this.#launch();
  }

  /** Hands a port to the control plane. False when none runs yet; the caller tries again at the next `ready`. */
  connect(port: Port): boolean {
    if (this.#phase.name !== "ready") return false;
    this.#phase.process.post({ kind: "connect" }, port);
    return true;
  }

  /** What would stand still if the control plane ended now; undefined when it does not run or does not answer in time. */
  askStandstill(): Promise<Standstill | undefined> {
    const phase = this.#phase;
    if (phase.name !== "ready") return Promise.resolve(undefined);
    const id = this.#nextQuestion++;
    return new Promise((settle) => {
      const cancel = this.#options.after(STANDSTILL_DEADLINE_MS, () => this.#answer(id, undefined));
      this.#questions.set(id, (answer) => {
        cancel();
        settle(answer);
      });
      phase.process.post({ kind: "askStandstill", id });
    });
  }

  /** Stops the control plane in order, and ends it when that takes too long. Resolves when nothing runs any more. */
  stop(): Promise<void> {
    const phase = this.#phase;
    if (phase.name === "waiting") phase.cancel();
    if (phase.name === "idle" || phase.name === "refused" || phase.name === "waiting") {
      this.#phase = { name: "idle" };
      return Promise.resolve();
    }
    const done = new Promise<void>((settle) => {
      this.#stopped.push(settle);
    });
    if (phase.name === "stopping") return done;
    this.#phase = { name: "stopping", process: phase.process };
    phase.process.post({ kind: "stop" });
    const cancel = this.#options.after(STOP_DEADLINE_MS, () => {
      this.#options.log("core.stop-overdue", { deadlineMs: STOP_DEADLINE_MS });
      phase.process.kill();
    });
    this.#stopped.push(cancel);
    return done;
  }

  #launch(): void {
    const process = this.#options.start();
    this.#phase = { name: "starting", process };
    process.onMessage((message) => this.#isCurrent(process) && this.#take(process, message));
    process.onExit((code) => this.#isCurrent(process) && this.#ended(code));
    this.#options.onState({ state: "starting" });
  }

  #isCurrent(process: CoreProcess<Port>): boolean {
    return "process" in this.#phase && this.#phase.process === process;
  }

  #take(process: CoreProcess<Port>, message: unknown): void {
    const report = coreReport.safeParse(message);
    if (!report.success) return this.#options.log("core.message-refused", { issues: report.error.issues.length });
    this.#apply(process, report.data);
  }

  #apply(process: CoreProcess<Port>, report: CoreReport): void {
    switch (report.kind) {
      case "ready":
        if (this.#phase.name !== "starting") return;
        this.#phase = { name: "ready", process };
        this.#options.log("core.ready", { url: report.url });
        return this.#options.onState({ state: "ready" });
      case "refused":
        if (this.#phase.name !== "starting" && this.#phase.name !== "ready") return;
        this.#refuse(report.code, report.message, report.next);
        return process.kill();
      case "standstill":
        return this.#answer(report.id, report.standstill);
      case "activity":
        return this.#options.onActivity(report.activity);
      // Served by delta-processes.ts, which listens by itself.
      case "startDelta":
      case "endDelta":
      case "stopped":
        return;
    }
  }

  #ended(code: number | null): void {
    const asked = this.#phase.name === "stopping";
    for (const id of this.#questions.keys()) this.#answer(id, undefined);
    this.#phase = { name: "idle" };
    if (asked) return this.#settleStopped(code);
    const now = this.#options.now();
    this.#crashesAtMs.push(now);
    const decision = decideRestart(this.#crashesAtMs, now);
    this.#options.log("core.crashed", { code, decision: decision.kind });
    if (decision.kind === "giveUp") return this.#giveUp(decision.crashes);
    this.#phase = { name: "waiting", cancel: this.#options.after(decision.afterMs, () => this.#launch()) };
    this.#options.onState({ state: "restarting", retryInMs: decision.afterMs, attempt: decision.attempt });
  }

  #giveUp(crashes: number): void {
    this.#crashesAtMs = [];
    this.#refuse(
      "INTERNAL",
      `The control plane ended ${crashes} times in five minutes and is not started again. Hosts keep serving what they run.`,
      "Look at the log in the data folder, then choose File > Start control plane again.",
    );
  }

  #refuse(code: string, message: string, next: string): void {
    this.#phase = { name: "refused" };
    this.#options.log("core.refused", { code });
    this.#options.onState({ state: "stopped", code, message, next });
  }

  #settleStopped(code: number | null): void {
    this.#options.log("core.exited", { code });
    for (const settle of this.#stopped.splice(0)) settle();
  }

  #answer(id: number, answer: Standstill | undefined): void {
    this.#questions.get(id)?.(answer);
    this.#questions.delete(id);
  }
}
