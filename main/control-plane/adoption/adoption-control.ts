import { actorName } from "#shared/domain/audit/actor-name.ts";
import type { Adoption } from "#shared/domain/adoption/adoption.ts";
import { summarizeAdoption } from "#shared/domain/adoption/summarize-adoption.ts";
import { isCommandAllowed, type PublicationCommand } from "#shared/domain/publication/publication-command.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { adoptionId as adoptionIdSchema, type AdoptionId, type ApplicationId, type StoreId } from "#shared/lib/ids.ts";
import type { WriteUnit } from "../db/store.ts";
import { ApplicationRepository } from "../release/application-repository.ts";
import { requireFreeVersion, requireOnePerPlatform } from "../release/draft-service.ts";
import { ReleaseRepository } from "../release/release-repository.ts";
import { StoreRepository } from "../store/store-repository.ts";
import { ADOPTION_TIMER, type AdoptionEngine } from "./adoption-engine.ts";
import type { AdoptionParts } from "./adoption-parts.ts";
import { AdoptionRepository, type ReleaseToAdopt } from "./adoption-repository.ts";
import type { StoredAdoption } from "./adoption-rows.ts";
import { discardUpload } from "./discard-upload.ts";
import { emitAdoption } from "./emit-adoption.ts";

/** Which found releases become drafts, and by whose keys they must be signed, if by any. */
export type AdoptionOrder = {
  readonly storeId: StoreId;
  readonly applicationId: ApplicationId;
  readonly publicKeys: readonly string[];
  readonly releases: readonly ReleaseToAdopt[];
};

/** What people do with adoptions: begin one, look at it, pause, resume, cancel. The commands are those of publications. */
export class AdoptionControl {
  readonly #parts: AdoptionParts;
  readonly #engine: AdoptionEngine;

  constructor(parts: AdoptionParts, engine: AdoptionEngine) {
    this.#parts = parts;
    this.#engine = engine;
  }

  list(applicationId: ApplicationId | undefined): Promise<Adoption[]> {
    return new AdoptionRepository(this.#parts.store.read).list(applicationId);
  }

  /** @throws AppError NOT_FOUND. */
  async get(id: AdoptionId): Promise<Adoption> {
    return (await new AdoptionRepository(this.#parts.store.read).require(id)).adoption;
  }

  /**
   * Begins to bring releases in, and answers at once.
   *
   * @throws AppError NOT_FOUND, INPUT_INVALID for two files of one platform, CONFLICT_EXISTS for a version that is here,
   * on its way, or wanted twice; nothing was begun.
   */
  async create(actor: string, { storeId, applicationId, publicKeys, releases }: AdoptionOrder): Promise<Adoption> {
    const id = adoptionIdSchema.parse(this.#parts.ids.uuid());
    requireEachOnce(releases);
    for (const { files } of releases) requireOnePerPlatform(files.map((one) => one.platform));
    const made = await this.#parts.store.write(async (unit) => {
      const { name } = await new ApplicationRepository(unit.db).require(applicationId);
      const { name: store } = await new StoreRepository(unit.db).require(storeId);
      await requireFree(unit, name, applicationId, releases);
      const rows = new AdoptionRepository(unit.db);
      await rows.insert({ id, applicationId, storeId, publicKeys, releases, startedAt: unit.now, startedBy: actor });
      const details = {
        adoptionId: id,
        name,
        storeId,
        store,
        references: releases.map((one) => one.reference),
        signed: publicKeys.length > 0,
      };
      unit.audit({ actor, action: "adoption.began", subject: `application:${applicationId}`, details });
      emitAdoption(unit, { id, applicationId, storeId });
      return (await rows.require(id)).adoption;
    });
    this.#engine.wake(id);
    return made;
  }

  /** Stops after the bytes in flight. @throws AppError NOT_FOUND, CONFLICT_STATE. */
  async pause(actor: string, id: AdoptionId): Promise<Adoption> {
    await this.#change({ actor, id, command: "pause" }, async (rows) => {
      await rows.update(id, { state: "paused", message: `Paused by ${actorName(actor)}.` });
      await rows.rest(id);
    });
    await this.#engine.halt(id);
    return this.get(id);
  }

  /** Goes on where it was paused, and tries again what failed. @throws AppError NOT_FOUND, CONFLICT_STATE. */
  async resume(actor: string, id: AdoptionId): Promise<Adoption> {
    await this.#change({ actor, id, command: "resume" }, async (rows) => {
      await rows.update(id, { state: "running", message: "", finishedAt: null });
      await rows.renew(id);
    });
    // A run that was paused a moment ago may still be ending.
    await this.#engine.halt(id);
    this.#engine.wake(id);
    return this.get(id);
  }

  /** Gives up what is not a draft yet, and forgets its files. @throws AppError NOT_FOUND, CONFLICT_STATE. */
  async cancel(actor: string, id: AdoptionId): Promise<Adoption> {
    await this.#change({ actor, id, command: "cancel" }, async (rows, { adoption, uploadIds }, unit) => {
      const message = summarizeAdoption(adoption.releases);
      await rows.update(id, { state: "cancelled", message, finishedAt: unit.now });
      await rows.rest(id);
      for (const uploadId of uploadIds.flat()) await discardUpload(unit, uploadId);
    });
    await this.#engine.halt(id);
    return this.get(id);
  }

  async #change(
    { actor, id, command }: { readonly actor: string; readonly id: AdoptionId; readonly command: PublicationCommand },
    work: (rows: AdoptionRepository, stored: StoredAdoption, unit: WriteUnit) => Promise<void>,
  ): Promise<void> {
    await this.#parts.store.write(
      async (unit) => {
        const rows = new AdoptionRepository(unit.db);
        const stored = await rows.require(id);
        const { applicationId, storeId, state } = stored.adoption;
        if (!isCommandAllowed(command, state))
          throw new AppError("CONFLICT_STATE", `This adoption is ${state}; ${command} does not apply to it and nothing was changed.`);
        await work(rows, stored, unit);
        await this.#parts.timers.cancel(unit, ADOPTION_TIMER, id);
        const { name: store } = await new StoreRepository(unit.db).require(storeId);
        const { name } = await new ApplicationRepository(unit.db).require(applicationId);
        const details = { adoptionId: id, name, storeId, store };
        unit.audit({ actor, action: `adoption.${command}`, subject: `application:${applicationId}`, details });
        emitAdoption(unit, stored.adoption);
      },
      { urgent: command !== "resume" },
    );
  }
}

function requireEachOnce(releases: readonly ReleaseToAdopt[]): void {
  const versions = releases.map((one) => one.version);
  const twice = versions.find((one, at) => versions.indexOf(one) !== at);
  if (twice !== undefined) throw new AppError("CONFLICT_EXISTS", `${twice} stands twice among the releases; nothing was begun.`);
}

async function requireFree(
  unit: WriteUnit,
  application: string,
  applicationId: ApplicationId,
  releases: readonly ReleaseToAdopt[],
): Promise<void> {
  for (const { version } of releases) {
    await requireFreeVersion(new ReleaseRepository(unit.db), application, { applicationId, version });
    if (await new AdoptionRepository(unit.db).isOnItsWay(applicationId, version))
      throw new AppError(
        "CONFLICT_EXISTS",
        `${application} ${version} is being brought in from a store already; nothing was begun. Follow that adoption, or cancel it first.`,
      );
  }
}
