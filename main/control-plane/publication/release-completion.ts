import { SIGN_STEP, type Publication } from "#shared/domain/publication/publication.ts";
import type { Release } from "#shared/domain/release/release.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { OneAtATime } from "#main/node/one-at-a-time.ts";
import type { WriteUnit } from "../db/store.ts";
import { ReleaseRepository } from "../release/release-repository.ts";
import { scheduleStoreTask } from "../store/store-tasks.ts";
import { keyOf } from "./publication-key.ts";
import type { PublicationParts } from "./publication-parts.ts";
import { emitChange } from "./publication-progress.ts";
import { PublicationRepository } from "./publication-repository.ts";
import type { StoredPublication } from "./publication-rows.ts";
import type { RunEnd } from "./run-end.ts";

/**
 * The end of every publication: once all stores of a release have it, the signed change is put in force, and only then
 * is the release published. A kill between the two leaves a release that hosts can verify and nobody is offered yet; the
 * next start does both again.
 */
export class ReleaseCompletion {
  readonly #parts: PublicationParts;
  readonly #turns = new OneAtATime();

  constructor(parts: PublicationParts) {
    this.#parts = parts;
  }

  /**
   * Completes the release when this publication was the last that it waited for; of a release that is published already,
   * this publication alone.
   *
   * @throws AppError what putting the signatures in force failed with.
   */
  complete(publication: Publication): Promise<RunEnd> {
    return this.#turns.run(async () => {
      const { release } = await new ReleaseRepository(this.#parts.store.read).require(publication.releaseId);
      if (release.state !== "draft") return this.#end(publication, [publication.id]);
      const all = await new PublicationRepository(this.#parts.store.read).ofRelease(publication.releaseId);
      const others = all.filter((one) => one.publication.id !== publication.id && !isReady(one));
      if (others.length > 0)
        return { kind: "waiting", message: `Waits for ${others.length === 1 ? "another store" : `${others.length} other stores`}.` };
      try {
        await this.#parts.trust.commitPublish(publication.releaseId);
      } catch (thrown) {
        if (thrown instanceof AppError && thrown.code === "TRUST_SIGNATURES_MISSING") return { kind: "waiting", message: thrown.message };
        throw thrown;
      }
      return this.#end(
        publication,
        all.map((one) => one.publication.id),
      );
    });
  }

  /** A publication that waited goes on. */
  async noteRunning(publication: Publication): Promise<void> {
    await this.#parts.store.write(async (unit) => {
      await new PublicationRepository(unit.db).update(publication.id, { state: "running", message: "" });
      emitChange(unit, keyOf(publication));
    });
  }

  #end(publication: Publication, ids: readonly string[]): Promise<RunEnd> {
    return this.#parts.store.write(async (unit) => {
      const { release } = await new ReleaseRepository(unit.db).require(publication.releaseId);
      for (const id of ids) await this.#noteCompleted(unit, id, release);
      if (release.state === "draft") await notePublished(unit, publication);
      else unit.emit({ topic: "release.changed", ids: { releaseId: release.id, applicationId: release.applicationId } });
      return { kind: "completed" };
    });
  }

  async #noteCompleted(unit: WriteUnit, id: string, release: Pick<Release, "id" | "version" | "state">): Promise<void> {
    const rows = new PublicationRepository(unit.db);
    const { publication } = await rows.require(id);
    await rows.finishStep({ publicationId: id, stepId: SIGN_STEP.id });
    const ended = { message: "", errorCode: null, errorMessage: null, retryAt: null, signingRequestId: null };
    await rows.update(id, { state: "completed", ...ended, failures: 0, finishedAt: unit.now });
    emitChange(unit, keyOf(publication));
    if (release.state === "withdrawn") {
      const { id: releaseId, version } = release;
      return scheduleStoreTask(unit, this.#parts, { storeId: publication.storeId, kind: "withdraw", releaseId, subject: version });
    }
    // A channel may have moved here while the release was on its way to this store.
    const channels = await unit.db.selectFrom("channels").select("name").where("releaseId", "=", release.id).execute();
    for (const { name } of channels)
      await scheduleStoreTask(unit, this.#parts, { storeId: publication.storeId, kind: "channel", releaseId: release.id, subject: name });
  }
}

/** Only the last step is missing, and nobody has stopped it. */
function isReady({ publication }: StoredPublication): boolean {
  const isOnItsWay = publication.state === "running" || publication.state === "waiting";
  const steps = publication.steps.filter((step) => step.id !== SIGN_STEP.id);
  return isOnItsWay && steps.length > 0 && steps.every((step) => step.state === "done");
}

async function notePublished(unit: WriteUnit, publication: Publication): Promise<void> {
  const rows = new ReleaseRepository(unit.db);
  const { release, signing } = await rows.require(publication.releaseId);
  await rows.update(release.id, { state: "published" });
  unit.audit({
    actor: publication.startedBy,
    action: "release.published",
    subject: `release:${release.id}`,
    details: { version: release.version, manifestSha256: signing?.manifestSha256 },
  });
  unit.emit({ topic: "release.published", ids: { releaseId: release.id, applicationId: release.applicationId } });
}
