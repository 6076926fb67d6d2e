import { OneAtATime } from "#main/node/one-at-a-time.ts";
import type { ReleaseId } from "#shared/lib/ids.ts";
import { releaseId as releaseIdSchema } from "#shared/lib/ids.ts";
import type { Store, WriteUnit } from "../db/store.ts";
import type { BlobStore } from "../ports/blob-store.ts";
import type { Clock } from "../ports/clock.ts";
import type { DeltaMaker } from "../ports/delta-maker.ts";
import { countDelta } from "../metrics/count-delta.ts";
import type { Tally } from "../metrics/tally.ts";
import type { Logger } from "../ports/logger.ts";
import type { ArtifactSource } from "../publication/artifact-source.ts";
import { ReleaseRepository } from "../release/release-repository.ts";
import { noteManifest, summarizeDeltas } from "./delta-naming.ts";
import { DeltaRepository, type DeltaRow, type PreparationRow } from "./delta-repository.ts";
import { DeltaProgressBook } from "./delta-progress-book.ts";
import { makeOneDelta, type DeltaEnd, type DeltaResult } from "./make-one-delta.ts";

/** What makes deltas. */
export type DeltaWorksParts = {
  readonly store: Store;
  readonly blobs: BlobStore;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly artifacts: ArtifactSource;
  readonly maker: DeltaMaker;
  /** Most memory that one making may use, in bytes. */
  readonly memoryBytes: () => number;
  readonly tally: Tally;
};

type Running = { readonly controller: AbortController; readonly ended: Promise<void>; hasBegun: boolean };

/** Why nothing more is made for a release: for people, and for those who count. */
export type WhyNoMore = { readonly message: string; readonly reason: "time" | "person" };

/** A delta whose making was cut this often takes the machine down with it, and is left alone. */
const MAX_ATTEMPTS = 3;

/**
 * Makes the deltas of releases that are being published, one at a time, and remembers nothing that the rows do not know:
 * after a kill, `start` goes on with whatever was under way.
 *
 *     making ⇄ paused          making | paused ──all made, given up, skipped, time is up──▶ done
 *
 * Whatever becomes of a delta, the release goes on: one that cannot be made is said and left out. With `done` the
 * manifest that is to be signed is noted, in the same transaction, and the publications go on.
 */
export class DeltaWorks {
  readonly #parts: DeltaWorksParts;
  /** How far the delta is that is being made now. */
  readonly progress: DeltaProgressBook;
  readonly #turns = new OneAtATime();
  readonly #running = new Map<string, Running>();
  #wakeRelease: (releaseId: ReleaseId) => void = () => undefined;
  #stopping = false;

  constructor(parts: DeltaWorksParts) {
    this.#parts = parts;
    this.progress = new DeltaProgressBook(parts);
  }

  /** Hears which release may be signed now. */
  onDone(listener: (releaseId: ReleaseId) => void): void {
    this.#wakeRelease = listener;
  }

  /** Goes on with every release whose deltas were being made. */
  async start(): Promise<void> {
    for (const releaseId of await new DeltaRepository(this.#parts.store.read).making()) this.wake(releaseId);
  }

  /** Begins or goes on, when it is this release's turn. Does nothing while it runs. */
  wake(releaseId: string): void {
    if (this.#stopping) return;
    const known = this.#running.get(releaseId);
    // One that is ending was begun for a publication that is given up; this is another.
    if (known?.controller.signal.aborted === true) return void known.ended.then(() => this.wake(releaseId));
    if (known !== undefined) return;
    const controller = new AbortController();
    const ended = this.#turns.run(() => this.#run(releaseId, controller.signal));
    this.#running.set(releaseId, { controller, ended, hasBegun: false });
  }

  /** Cuts the making for a release short, once its row says so; resolves when nothing of it runs any more. */
  async halt(releaseId: string): Promise<void> {
    const running = this.#running.get(releaseId);
    running?.controller.abort();
    // One that still waits for its turn has nothing to end, and must not wait for the others.
    if (running?.hasBegun === true) await running.ended;
    else this.#running.delete(releaseId);
  }

  /** Ends everything where it is; the next start goes on. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await Promise.all([...this.#running.keys()].map((releaseId) => this.halt(releaseId)));
  }

  /** Never throws. */
  async #run(releaseId: string, signal: AbortSignal): Promise<void> {
    const own = this.#running.get(releaseId);
    if (own === undefined || signal.aborted) return;
    own.hasBegun = true;
    try {
      let isMore = true;
      while (isMore && !signal.aborted) isMore = await this.#next(releaseId, signal);
    } catch (thrown) {
      this.#parts.logger.error({ err: thrown, releaseId }, "deltas could not be made; the next start goes on with them");
    } finally {
      this.#running.delete(releaseId);
    }
  }

  /** Makes the next delta; false when there is nothing more to do. */
  async #next(releaseId: string, signal: AbortSignal): Promise<boolean> {
    const rows = new DeltaRepository(this.#parts.store.read);
    const preparation = await rows.preparation(releaseId);
    if (preparation?.state !== "making") return false;
    const open = (await rows.ofRelease(releaseId)).find((row) => row.state === "pending" || row.state === "running");
    const remainingMs = preparation.limitMs - preparation.usedMs;
    if (open === undefined || remainingMs <= 0) {
      await this.#parts.store.write((unit) =>
        this.finish(unit, preparation, { message: "Not made: the time for deltas was over.", reason: "time" }),
      );
      return false;
    }
    await this.#make(open, remainingMs, signal);
    return true;
  }

  /** Ends the making within a unit: what is not made is skipped for `why`, and the manifest is noted. */
  async finish(unit: WriteUnit, { releaseId, startedBy }: PreparationRow, why: WhyNoMore): Promise<void> {
    const rows = new DeltaRepository(unit.db);
    if ((await rows.preparation(releaseId))?.state === "done") return;
    const left = (await rows.ofRelease(releaseId)).filter((row) => row.state === "pending" || row.state === "running");
    await rows.skipRest(releaseId, why.message);
    const deltas = await rows.ofRelease(releaseId);
    const message = summarizeDeltas(deltas);
    await rows.updatePreparation(releaseId, { state: "done", message, finishedAt: unit.now });
    const { release, signing } = await new ReleaseRepository(unit.db).require(releaseId);
    await noteManifest(unit, releaseId, signing?.publishedAt ?? unit.now, true);
    const count = (state: DeltaRow["state"]): number => deltas.filter((row) => row.state === state).length;
    const details = {
      version: release.version,
      made: count("made"),
      dropped: count("dropped"),
      notMade: count("failed") + count("skipped"),
    };
    unit.audit({ actor: startedBy, action: "release.deltas-made", subject: `release:${releaseId}`, details });
    emitDeltaChange(unit, releaseId, release.applicationId);
    unit.afterCommit(() => {
      for (const row of left) countDelta(this.#parts.tally, row, why.reason);
      this.#wakeRelease(releaseIdSchema.parse(releaseId));
    });
  }

  async #make(row: DeltaRow, remainingMs: number, signal: AbortSignal): Promise<void> {
    const { clock, store } = this.#parts;
    const begunMs = clock.monotonicMs();
    const time = new AbortController();
    const cancel = clock.after(remainingMs, () => time.abort());
    try {
      await store.write(async (unit) => {
        await new DeltaRepository(unit.db).begin(row);
        await this.#emit(unit, row.releaseId);
      });
      const { end, reason }: DeltaResult =
        row.attempts >= MAX_ATTEMPTS
          ? { end: { state: "failed", message: `Not made: making it was cut short ${MAX_ATTEMPTS} times.` }, reason: "interrupted" }
          : await makeOneDelta(this.#parts, row, {
              remainingMs,
              signal: AbortSignal.any([signal, time.signal]),
              isTimeUp: time.signal,
              onProgress: (progress) => this.progress.note(row, progress),
            });
      const isCut = signal.aborted && end.state !== "made";
      await this.#note(row, isCut ? { state: "pending", attempts: row.attempts } : end, begunMs);
      if (!isCut) countDelta(this.#parts.tally, end, reason);
    } finally {
      this.progress.clear();
      cancel();
    }
  }

  #note(row: DeltaRow, end: DeltaEnd | Pick<DeltaRow, "state" | "attempts">, begunMs: number): Promise<void> {
    return this.#parts.store.write(async (unit) => {
      const rows = new DeltaRepository(unit.db);
      const preparation = await rows.preparation(row.releaseId);
      // The publication was cancelled or the rest skipped meanwhile: what is made is kept, and nothing else is said.
      if (preparation === undefined || preparation.state === "done") {
        if (end.state === "made" && preparation === undefined) await rows.update(row, end);
        return;
      }
      await rows.update(row, end);
      const usedMs = preparation.usedMs + Math.ceil(this.#parts.clock.monotonicMs() - begunMs);
      await rows.updatePreparation(row.releaseId, { usedMs });
      await this.#emit(unit, row.releaseId);
    });
  }

  async #emit(unit: WriteUnit, releaseId: string): Promise<void> {
    const { release } = await new ReleaseRepository(unit.db).require(releaseId);
    emitDeltaChange(unit, releaseId, release.applicationId);
  }
}

/** Says within a unit that the deltas of a release have changed. */
export function emitDeltaChange(unit: WriteUnit, releaseId: string, applicationId: string): void {
  unit.emit({ topic: "release.changed", ids: { releaseId, applicationId } });
}
