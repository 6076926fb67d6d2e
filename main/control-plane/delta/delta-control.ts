import { actorName } from "#shared/domain/audit/actor-name.ts";
import { deltaPreparation, type DeltaPreparation } from "#shared/domain/release/delta-preparation.ts";
import { AppError } from "#shared/errors/app-error.ts";
import type { ReleaseId } from "#shared/lib/ids.ts";
import type { Store, WriteUnit } from "../db/store.ts";
import { ReleaseRepository } from "../release/release-repository.ts";
import type { DeltaProgressBook } from "./delta-progress-book.ts";
import { DeltaRepository, type DeltaRow, type PreparationRow } from "./delta-repository.ts";
import { emitDeltaChange, type DeltaWorks } from "./delta-works.ts";

/** What people do with the making of deltas: look at it, pause it, resume it, try again what failed, publish without the rest. */
export class DeltaControl {
  readonly #store: Store;
  readonly #works: DeltaWorks;

  constructor(store: Store, works: DeltaWorks) {
    this.#store = store;
    this.#works = works;
  }

  /** Undefined when none were to be made. @throws AppError NOT_FOUND. */
  async get(releaseId: ReleaseId): Promise<DeltaPreparation | undefined> {
    const { release } = await new ReleaseRepository(this.#store.read).require(releaseId);
    const rows = new DeltaRepository(this.#store.read);
    const preparation = await rows.preparation(releaseId);
    if (preparation === undefined) return undefined;
    const artifacts = new Map(release.artifacts.map((one) => [one.digests.sha256, one]));
    return toPreparation(preparation, await rows.ofRelease(releaseId), { artifacts, progress: this.#works.progress });
  }

  /** @throws AppError NOT_FOUND, CONFLICT_STATE unless they are being made. */
  async pause(actor: string, releaseId: ReleaseId): Promise<DeltaPreparation> {
    await this.#change({ actor, releaseId, verb: "paused" }, ["making"], (unit) =>
      new DeltaRepository(unit.db).updatePreparation(releaseId, { state: "paused", message: `Paused by ${actorName(actor)}.` }),
    );
    await this.#works.halt(releaseId);
    return this.#require(releaseId);
  }

  /** @throws AppError NOT_FOUND, CONFLICT_STATE unless it is paused. */
  async resume(actor: string, releaseId: ReleaseId): Promise<DeltaPreparation> {
    await this.#change({ actor, releaseId, verb: "resumed" }, ["paused"], (unit) =>
      new DeltaRepository(unit.db).updatePreparation(releaseId, { state: "making", message: "" }),
    );
    this.#works.wake(releaseId);
    return this.#require(releaseId);
  }

  /**
   * Tries again what could not be made, when the memory or the store that was missing may be there now. When all of it has
   * ended, publishing anew does so.
   * @throws AppError NOT_FOUND, CONFLICT_STATE when it has ended.
   */
  async retry(actor: string, releaseId: ReleaseId): Promise<DeltaPreparation> {
    await this.#change({ actor, releaseId, verb: "retried" }, ["making", "paused"], (unit) =>
      new DeltaRepository(unit.db).retry(releaseId),
    );
    this.#works.wake(releaseId);
    return this.#require(releaseId);
  }

  /** Publishes with what is made so far. @throws AppError NOT_FOUND, CONFLICT_STATE when it has ended. */
  async skip(actor: string, releaseId: ReleaseId): Promise<DeltaPreparation> {
    await this.#change({ actor, releaseId, verb: "skipped" }, ["making", "paused"], async (unit, preparation) =>
      this.#works.finish(unit, preparation, { message: `Not made: skipped by ${actorName(actor)}.`, reason: "person" }),
    );
    await this.#works.halt(releaseId);
    return this.#require(releaseId);
  }

  async #require(releaseId: ReleaseId): Promise<DeltaPreparation> {
    const found = await this.get(releaseId);
    if (found === undefined) throw new AppError("NOT_FOUND", "No deltas are being made for this release.");
    return found;
  }

  #change(
    order: { readonly actor: string; readonly releaseId: ReleaseId; readonly verb: string },
    allowed: readonly PreparationRow["state"][],
    work: (unit: WriteUnit, preparation: PreparationRow) => Promise<void>,
  ): Promise<void> {
    const { actor, releaseId, verb } = order;
    return this.#store.write(async (unit) => {
      const { release } = await new ReleaseRepository(unit.db).require(releaseId);
      const preparation = await new DeltaRepository(unit.db).preparation(releaseId);
      if (preparation === undefined) throw new AppError("NOT_FOUND", `No deltas are being made for ${release.version}.`);
      if (!allowed.includes(preparation.state))
        throw new AppError("CONFLICT_STATE", `The making of deltas for ${release.version} is ${preparation.state}; it was not ${verb}.`);
      unit.audit({ actor, action: `release.deltas-${verb}`, subject: `release:${releaseId}`, details: { version: release.version } });
      await work(unit, preparation);
      emitDeltaChange(unit, releaseId, release.applicationId);
    });
  }
}

type Known = ReadonlyMap<string, { readonly fileName: string; readonly sizeBytes: number }>;

type Beside = { readonly artifacts: Known; readonly progress: DeltaProgressBook };

function toPreparation(row: PreparationRow, deltas: readonly DeltaRow[], { artifacts, progress }: Beside): DeltaPreparation {
  const { releaseId, state, message, limitMs, usedMs, startedAt, finishedAt } = row;
  return deltaPreparation.parse({
    releaseId,
    state,
    message,
    limitMs,
    usedMs,
    startedAt,
    ...(finishedAt === null ? {} : { finishedAt }),
    deltas: deltas.map((delta) => ({
      artifactSha256: delta.artifactSha256,
      fileName: artifacts.get(delta.artifactSha256)?.fileName ?? "",
      fullBytes: artifacts.get(delta.artifactSha256)?.sizeBytes ?? 0,
      fromVersion: delta.fromVersion,
      state: delta.state,
      message: delta.message,
      ...(delta.state === "running" && { progress: progress.of(delta) }),
      ...(delta.codec === null ? {} : { codec: delta.codec }),
      ...(delta.sizeBytes === null ? {} : { sizeBytes: delta.sizeBytes }),
    })),
  });
}
