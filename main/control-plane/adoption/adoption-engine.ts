import { nextRelease } from "#shared/domain/adoption/next-release.ts";
import { summarizeAdoption } from "#shared/domain/adoption/summarize-adoption.ts";
import { toAppError } from "#shared/errors/app-error.ts";
import { adoptionId as adoptionIdSchema, type AdoptionId } from "#shared/lib/ids.ts";
import { JobRuns } from "../jobs/job-runs.ts";
import { adoptRelease } from "./adopt-release.ts";
import { noteAdoptionFailure } from "./adoption-failure.ts";
import type { AdoptionParts } from "./adoption-parts.ts";
import { AdoptionRepository } from "./adoption-repository.ts";
import type { StoredAdoption } from "./adoption-rows.ts";
import { emitAdoption } from "./emit-adoption.ts";

/** Timers of this kind have an adoption as their subject and make it go on. */
export const ADOPTION_TIMER = "adoption";

/**
 * Runs adoptions beside each other, their releases one by one, and remembers nothing that the rows do not know: after a
 * kill, `start` goes on with whatever was under way.
 */
export class AdoptionEngine {
  readonly #parts: AdoptionParts;
  readonly #runs = new JobRuns<AdoptionId, void>();

  constructor(parts: AdoptionParts) {
    this.#parts = parts;
    parts.timers.on(ADOPTION_TIMER, (subject) => {
      this.wake(adoptionIdSchema.parse(subject));
      return Promise.resolve();
    });
  }

  /** Makes an adoption go on as far as it goes now; answers at once. */
  wake(id: AdoptionId): void {
    void this.#runs.wake(id, (signal) => this.#run(id, signal));
  }

  /** Cuts a run short, once its row says that it is not to go on; resolves when nothing of it runs any more. */
  halt(id: AdoptionId): Promise<void> {
    return this.#runs.halt(id);
  }

  /** Goes on with everything that was under way. */
  async start(): Promise<void> {
    for (const id of await new AdoptionRepository(this.#parts.store.read).running()) this.wake(adoptionIdSchema.parse(id));
  }

  /** Ends every run where it is; the next start goes on. */
  stop(): Promise<void> {
    return this.#runs.stop();
  }

  /** Never throws. */
  async #run(id: AdoptionId, signal: AbortSignal): Promise<void> {
    try {
      let isMore = true;
      while (isMore && !signal.aborted && !this.#runs.isStopping) isMore = await this.#next(id, signal);
    } catch (thrown) {
      this.#parts.logger.error({ err: thrown, adoptionId: id }, "an adoption could not be run; the next start goes on with it");
    }
  }

  /** Adopts the next release; false when there is nothing to do now. */
  async #next(id: AdoptionId, signal: AbortSignal): Promise<boolean> {
    const { store, clock, timers } = this.#parts;
    const stored = await new AdoptionRepository(store.read).require(id);
    if (stored.adoption.state !== "running") return false;
    const next = nextRelease(stored.adoption.releases, clock.now());
    switch (next.kind) {
      case "adopt":
        await this.#adopt(stored, next.ordinal, signal);
        return true;
      case "wait":
        await store.write((unit) => timers.schedule(unit, ADOPTION_TIMER, id, next.until));
        return false;
      case "ended":
        await this.#end(stored, next.state);
        return false;
    }
  }

  async #adopt(stored: StoredAdoption, ordinal: number, signal: AbortSignal): Promise<void> {
    try {
      await adoptRelease(this.#parts, stored, ordinal, signal);
    } catch (thrown) {
      if (!signal.aborted) await noteAdoptionFailure(this.#parts, { adoptionId: stored.adoption.id, ordinal }, toAppError(thrown));
    }
  }

  async #end({ adoption }: StoredAdoption, state: "completed" | "failed"): Promise<void> {
    await this.#parts.store.write(async (unit) => {
      const rows = new AdoptionRepository(unit.db);
      if ((await rows.require(adoption.id)).adoption.state !== "running") return;
      await rows.update(adoption.id, { state, message: summarizeAdoption(adoption.releases), finishedAt: unit.now });
      emitAdoption(unit, adoption);
    });
  }
}
