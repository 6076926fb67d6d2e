import { appendFileSync } from "node:fs";
import type { FaultKind, Injection, Operation } from "../fault.ts";
import type { Unsynced } from "./unsynced.ts";

/** What an operation meets: nothing, or the fault that was planned for it. */
export type Meeting = { readonly kind: FaultKind | undefined };

/** Counts the operations of this process and says which of them meets the fault. Nothing in here waits. */
export class CutPoints {
  readonly #injection: Injection;
  readonly #unsynced: Unsynced;
  readonly #append = appendFileSync;
  #count = 0;

  constructor(injection: Injection, unsynced: Unsynced) {
    this.#injection = injection;
    this.#unsynced = unsynced;
  }

  /** Counts one operation; kills the process when that is the fault and its time is before the operation. */
  meet(family: Operation["family"], name: string, about: string): Meeting {
    this.#count += 1;
    const { log, fault } = this.#injection;
    const isMet = fault?.at === this.#count;
    if (log !== undefined && (fault === undefined || isMet))
      this.#append(log, `${JSON.stringify({ at: this.#count, family, name, about } satisfies Operation)}\n`);
    if (fault === undefined || !isMet) return { kind: undefined };
    if (fault.kind === "kill") this.die();
    // The same number may be another kind of operation this time; what is deadly stays so.
    if (fault.kind === "power" && family !== "disk") this.loseAndDie();
    if (fault.kind === "short-write" && family !== "disk") this.die();
    return { kind: fault.kind };
  }

  /** The operation is over, however it ended: the process ends behind it when that is the fault. */
  over(kind: FaultKind | undefined): void {
    if (kind === "power") this.loseAndDie();
    if (kind === "kill-after" || kind === "short-write") this.die();
  }

  /** Ends the process as the system's out-of-memory killer would. */
  die(): never {
    process.kill(process.pid, "SIGKILL");
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
    return this.die();
  }
}
