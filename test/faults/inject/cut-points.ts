import { appendFileSync } from "node:fs";
import { mayBefall, OWN, type FaultKind, type Injection, type Operation } from "../fault.ts";
import type { Unsynced } from "./unsynced.ts";

/** What an operation meets: nothing, or the fault that was planned for it. */
export type Meeting = { readonly kind: FaultKind | undefined };

/** Counts the operations of this process and says which of them meets the fault. Nothing in here waits. */
export class CutPoints {
  readonly #injection: Injection;
  readonly #unsynced: Unsynced;
  readonly #append = appendFileSync;
  /** As the system has it: the wrapped one counts. */
  readonly #signal = process.kill.bind(process);
  #count = 0;
  #isOver = false;

  constructor(injection: Injection, unsynced: Unsynced) {
    this.#injection = injection;
    this.#unsynced = unsynced;
  }

  /**
   * Counts one operation; kills the process when that is the fault and its time is before the operation. The same number
   * may be another operation this time: a fault that it cannot have befalls the next one that can.
   */
  meet(family: Operation["family"], name: string, path: string): Meeting {
    this.#count += 1;
    const { folder, log, fault } = this.#injection;
    const about = path.startsWith(`${folder}/`) ? `${OWN}${path.slice(folder.length)}` : path;
    const one = { at: this.#count, family, name, about } satisfies Operation;
    const isMet = fault !== undefined && !this.#isOver && this.#count >= fault.at && mayBefall(fault.kind, one);
    if (log !== undefined && (fault === undefined || isMet)) this.#append(log, `${JSON.stringify(one)}\n`);
    if (!isMet) return { kind: undefined };
    this.#isOver = true;
    if (fault.kind === "kill") this.die();
    if (fault.kind === "power" && family !== "disk") this.loseAndDie();
    return { kind: fault.kind };
  }

  /** The operation is over, however it ended: the process ends behind it when that is the fault. */
  over(kind: FaultKind | undefined): void {
    if (kind === "power") this.loseAndDie();
    if (kind === "kill-after" || kind === "short-write") this.die();
  }

  /** Ends the process as the system's out-of-memory killer would; the one that started it beside it, or in its place, if that is planned. */
  die(): void {
    const victim = this.#injection.fault?.victim ?? "applier";
    if (victim !== "applier") this.#signal(process.ppid, "SIGKILL");
    if (victim !== "agent") this.#end();
  }

  #end(): never {
    this.#signal(process.pid, "SIGKILL");
    throw new Error("A killed process goes on.");
  }

  /** Ends the process as a power cut would: what was not synced is gone. */
  loseAndDie(): never {
    try {
      this.#unsynced.lose(this.#injection.fault?.seed ?? 0);
    } catch (thrown) {
      // A mistake of the injection must not look like an answer of the system.
      process.stderr.write(`the loss could not be played: ${String(thrown)}\n`);
    }
    this.die();
    return this.#end();
  }
}
