import { actorName } from "#shared/domain/audit/actor-name.ts";
import type { Publication } from "#shared/domain/publication/publication.ts";
import { isCommandAllowed, type PublicationCommand } from "#shared/domain/publication/publication-command.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { publicationId as publicationIdSchema, type PublicationId, type ReleaseId, type StoreId } from "#shared/lib/ids.ts";
import type { WriteUnit } from "../db/store.ts";
import { ReleaseRepository } from "../release/release-repository.ts";
import { StoreRepository } from "../store/store-repository.ts";
import type { PublicationCleaner } from "./publication-cleaner.ts";
import type { PublicationEngine } from "./publication-engine.ts";
import { RETRY_TIMER } from "./publication-failure.ts";
import { keyOf } from "./publication-key.ts";
import type { PublicationParts } from "./publication-parts.ts";
import { emitChange } from "./publication-progress.ts";
import { PublicationRepository } from "./publication-repository.ts";

/** A command of a person's to a publication. */
type Order = { readonly actor: string; readonly id: PublicationId; readonly command: PublicationCommand };

/** What people do with publications: look at them, begin one more, pause, resume, cancel. */
export class PublicationControl {
  readonly #parts: PublicationParts;
  readonly #engine: PublicationEngine;
  readonly #cleaner: PublicationCleaner;

  constructor(parts: PublicationParts, engine: PublicationEngine, cleaner: PublicationCleaner) {
    this.#parts = parts;
    this.#engine = engine;
    this.#cleaner = cleaner;
  }

  list(releaseId: ReleaseId | undefined): Promise<Publication[]> {
    return new PublicationRepository(this.#parts.store.read).list(releaseId);
  }

  /** @throws AppError NOT_FOUND. */
  async get(id: PublicationId): Promise<Publication> {
    return (await new PublicationRepository(this.#parts.store.read).require(id)).publication;
  }

  /** @throws AppError NOT_FOUND, CONFLICT_STATE unless the release is published, CONFLICT_EXISTS when it is there or on its way. */
  async create(actor: string, releaseId: ReleaseId, storeId: StoreId): Promise<Publication> {
    const id = publicationIdSchema.parse(this.#parts.ids.uuid());
    const made = await this.#parts.store.write(async (unit) => {
      const { release } = await new ReleaseRepository(unit.db).require(releaseId);
      const { name } = await new StoreRepository(unit.db).require(storeId);
      if (release.state !== "published")
        throw new AppError(
          "CONFLICT_STATE",
          `${release.version} is ${release.state}; only a published release can be brought to one more store.`,
        );
      const rows = new PublicationRepository(unit.db);
      const others = await rows.ofRelease(releaseId);
      if (others.some((one) => one.publication.storeId === storeId))
        throw new AppError("CONFLICT_EXISTS", `${release.version} is in ${name} already, or on its way there; nothing was begun.`);
      if (await rows.isCleaning(releaseId, storeId))
        throw new AppError(
          "CONFLICT_STATE",
          `What a cancelled publication left in ${name} is still being removed; nothing was begun. Try again then.`,
        );
      await beginPublication(unit, { id, releaseId, storeId, actor, place: others.length, store: name });
      return (await rows.require(id)).publication;
    });
    void this.#engine.wake(id);
    return made;
  }

  /** Stops after the bytes in flight. @throws AppError NOT_FOUND, CONFLICT_STATE. */
  async pause(actor: string, id: PublicationId): Promise<Publication> {
    const paused = await this.#change(
      { actor, id, command: "pause" },
      { state: "paused", message: `Paused by ${actorName(actor)}.`, retryAt: null },
    );
    void this.#engine.halt(id);
    return paused;
  }

  /** Goes on where it was paused or failed. @throws AppError NOT_FOUND, CONFLICT_STATE. */
  async resume(actor: string, id: PublicationId): Promise<Publication> {
    const fresh = { errorCode: null, errorMessage: null, retryAt: null, failures: 0, signingRequestId: null };
    const resumed = await this.#change({ actor, id, command: "resume" }, { state: "running", message: "", ...fresh });
    // A run that was paused a moment ago may still be ending.
    await this.#engine.halt(id);
    void this.#engine.wake(id);
    return resumed;
  }

  /** Gives it up and removes what it left in the store. @throws AppError NOT_FOUND, CONFLICT_STATE. */
  async cancel(actor: string, id: PublicationId): Promise<Publication> {
    await this.#change({ actor, id, command: "cancel" }, { state: "cancelled", message: "", retryAt: null, cleaning: 1 });
    await this.#engine.halt(id);
    await this.#cleaner.clean(id, new AbortController().signal);
    return this.get(id);
  }

  #change({ actor, id, command }: Order, change: Parameters<PublicationRepository["update"]>[1]): Promise<Publication> {
    return this.#parts.store.write(
      async (unit) => {
        const rows = new PublicationRepository(unit.db);
        const { publication } = await rows.require(id);
        if (!isCommandAllowed(command, publication.state))
          throw new AppError(
            "CONFLICT_STATE",
            `This publication is ${publication.state}; ${command} does not apply to it and nothing was changed.`,
          );
        await rows.update(id, { ...change, ...(change.state === "cancelled" ? { finishedAt: unit.now } : {}) });
        await rows.restSteps(id);
        await this.#parts.timers.cancel(unit, RETRY_TIMER, id);
        const { name: store } = await new StoreRepository(unit.db).require(publication.storeId);
        const details = { publicationId: id, storeId: publication.storeId, store };
        unit.audit({ actor, action: `publication.${command}`, subject: `release:${publication.releaseId}`, details });
        emitChange(unit, keyOf(publication));
        return (await rows.require(id)).publication;
      },
      { urgent: command !== "resume" },
    );
  }
}

/** Begins a publication within a unit; the engine is woken after it. */
export async function beginPublication(
  unit: WriteUnit,
  draft: {
    readonly id: PublicationId;
    readonly releaseId: ReleaseId;
    readonly storeId: StoreId;
    readonly actor: string;
    readonly place: number;
    readonly store: string;
  },
): Promise<void> {
  const { id, releaseId, storeId, actor, place, store } = draft;
  await new PublicationRepository(unit.db).insert({ id, releaseId, storeId, place, startedAt: unit.now, startedBy: actor });
  unit.audit({ actor, action: "publication.began", subject: `release:${releaseId}`, details: { publicationId: id, storeId, store } });
  emitChange(unit, { publicationId: id, releaseId, storeId });
}
