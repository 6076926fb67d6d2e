import { toAppError, type AppError } from "#shared/errors/app-error.ts";
import { publicationId as publicationIdSchema, type PublicationId, type ReleaseId } from "#shared/lib/ids.ts";
import { JobRuns } from "../jobs/job-runs.ts";
import { noteFailure, RETRY_TIMER } from "./publication-failure.ts";
import { keyOf } from "./publication-key.ts";
import type { PublicationParts } from "./publication-parts.ts";
import { emitChange, PublicationProgress } from "./publication-progress.ts";
import { PublicationRepository } from "./publication-repository.ts";
import type { StoredPublication } from "./publication-rows.ts";
import { PublicationRun } from "./publication-run.ts";
import { ReleaseCompletion } from "./release-completion.ts";
import type { RunEnd } from "./run-end.ts";

/** How a run ended; `stopped` when it was paused, cancelled or is not to run at all. */
export type RunOutcome = RunEnd | { readonly kind: "stopped" } | { readonly kind: "failed"; readonly failure: AppError };

/** Somebody who waits for this run and takes its failure upon himself: then nothing is noted and nothing is tried again. */
export type RunOptions = { readonly answersFor?: boolean };

/**
 * Runs publications, each at most once at a time, and remembers nothing that the rows do not know: after a kill, `start`
 * goes on with whatever was under way.
 */
export class PublicationEngine {
  readonly #parts: PublicationParts;
  readonly #run: PublicationRun;
  readonly #runs = new JobRuns<PublicationId, RunOutcome>();

  constructor(parts: PublicationParts) {
    this.#parts = parts;
    this.#run = new PublicationRun(parts, new ReleaseCompletion(parts));
    parts.timers.on(RETRY_TIMER, (subject) => {
      void this.wake(publicationIdSchema.parse(subject));
      return Promise.resolve();
    });
    parts.trust.onSigned((releaseId) => void this.wakeRelease(releaseId));
  }

  /**
   * Makes a publication go on as far as it goes now. Called while it runs already, it runs once more afterwards, so that
   * no news is lost.
   */
  wake(id: PublicationId, options: RunOptions = {}): Promise<RunOutcome> {
    const isLast = ({ kind }: RunOutcome): boolean => kind === "completed" || (kind === "failed" && options.answersFor === true);
    return this.#runs.wake(id, (signal) => this.#once(id, signal, options), isLast);
  }

  /** Makes every publication of a release go on; never throws. */
  async wakeRelease(releaseId: ReleaseId): Promise<void> {
    try {
      for (const { publication } of await new PublicationRepository(this.#parts.store.read).ofRelease(releaseId))
        void this.wake(publication.id);
    } catch (thrown) {
      this.#parts.logger.error({ err: thrown, releaseId }, "a signed release could not be woken; the next start goes on with it");
    }
  }

  /** Cuts a run short, once its row says that it is not to go on; resolves when nothing of it runs any more. */
  halt(id: PublicationId): Promise<void> {
    return this.#runs.halt(id);
  }

  /** Goes on with everything that was under way; resolves when what concerns the local store alone has ended. */
  async start(isAwaited: (storeId: string) => boolean): Promise<void> {
    const rows = await new PublicationRepository(this.#parts.store.read).inState(["running", "waiting"]);
    const runs = rows.map((row) => ({ ...row, ended: this.wake(publicationIdSchema.parse(row.id)) }));
    await Promise.all(runs.filter((run) => isAwaited(run.storeId)).map((run) => run.ended));
  }

  /** Ends every run where it is; the next start goes on. */
  stop(): Promise<void> {
    return this.#runs.stop();
  }

  /** Never throws: every failure is noted, or answered to whoever answers for it. */
  async #once(id: PublicationId, signal: AbortSignal, options: RunOptions): Promise<RunOutcome> {
    try {
      const stored = await new PublicationRepository(this.#parts.store.read).require(id);
      const { state } = stored.publication;
      if (this.#runs.isStopping || (state !== "running" && state !== "waiting")) return { kind: "stopped" };
      return await this.#attempt(stored, signal, options);
    } catch (thrown) {
      this.#parts.logger.error({ err: thrown, publicationId: id }, "a publication could not be run; the next start tries again");
      return { kind: "failed", failure: toAppError(thrown) };
    }
  }

  async #attempt(stored: StoredPublication, signal: AbortSignal, options: RunOptions): Promise<RunOutcome> {
    const { publication } = stored;
    const furthest = new Map(publication.steps.map((step) => [step.id, step.doneBytes]));
    const progress = new PublicationProgress(keyOf(publication), this.#parts, furthest);
    try {
      if (publication.retryAt !== undefined) await this.#noteRetrying(stored);
      const end = await this.#run.run({ publication, progress, signal });
      if (end.kind === "waiting") await this.#noteWaiting(stored, end.message);
      return end;
    } catch (thrown) {
      if (signal.aborted) return { kind: "stopped" };
      const failure = toAppError(thrown);
      if (options.answersFor !== true) await noteFailure(this.#parts, stored, failure, progress.hasMoved);
      return { kind: "failed", failure };
    } finally {
      await progress.end();
    }
  }

  async #noteRetrying({ publication }: StoredPublication): Promise<void> {
    await this.#parts.store.write(async (unit) => {
      await new PublicationRepository(unit.db).update(publication.id, { retryAt: null, message: "" });
      emitChange(unit, keyOf(publication));
    });
  }

  async #noteWaiting({ publication }: StoredPublication, message: string): Promise<void> {
    await this.#parts.store.write(async (unit) => {
      const rows = new PublicationRepository(unit.db);
      const now = (await rows.require(publication.id)).publication;
      if (now.state !== "running" || now.message === message) return;
      await rows.update(publication.id, { state: "waiting", message, errorCode: null, errorMessage: null, retryAt: null, failures: 0 });
      emitChange(unit, keyOf(publication));
    });
  }
}
