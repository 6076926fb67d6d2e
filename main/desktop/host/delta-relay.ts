import type { DeltaProcess } from "#main/adapters/delta-process/delta-messages.ts";
import type { CoreReport, CoreRequest } from "./core-messages.ts";

type Waiting = { readonly hear: ((message: unknown) => void)[]; readonly ended: ((code: number | null) => void)[] };

/** What the relay takes of the main process's messages. */
export type DeltaRequest = Extract<CoreRequest, { readonly kind: "deltaSays" | "deltaEnded" }>;

/**
 * Processes that make deltas, as the control plane's process has them on the desktop: only the main process may start
 * processes there, so each is a number that messages go by.
 */
export class DeltaRelay {
  readonly #post: (report: CoreReport) => void;
  readonly #running = new Map<number, Waiting>();
  #next = 0;

  constructor(post: (report: CoreReport) => void) {
    this.#post = post;
  }

  /** A process that is started with its task. */
  start(): DeltaProcess {
    const id = this.#next++;
    const waiting: Waiting = { hear: [], ended: [] };
    this.#running.set(id, waiting);
    return {
      post: (task) => this.#post({ kind: "startDelta", id, task }),
      onMessage: (listener) => void waiting.hear.push(listener),
      onExit: (listener) => void waiting.ended.push(listener),
      kill: () => this.#running.has(id) && this.#post({ kind: "endDelta", id }),
    };
  }

  /** Something the main process tells of one of them. */
  take(request: DeltaRequest): void {
    const waiting = this.#running.get(request.id);
    if (waiting === undefined) return;
    if (request.kind === "deltaSays") {
      for (const hear of waiting.hear) hear(request.message);
      return;
    }
    this.#running.delete(request.id);
    for (const ended of waiting.ended) ended(request.code);
  }
}
