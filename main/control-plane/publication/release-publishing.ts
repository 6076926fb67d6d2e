import type { ReleaseRow } from "#shared/contract/applications.ts";
import { LOCAL_STORE_ID } from "#shared/domain/store/store.ts";
import { AppError } from "#shared/errors/app-error.ts";
import {
  publicationId as publicationIdSchema,
  storeId as storeIdSchema,
  type PublicationId,
  type ReleaseId,
  type StoreId,
} from "#shared/lib/ids.ts";
import type { WriteUnit } from "../db/store.ts";
import type { DeltaPair } from "#shared/domain/release/delta-plan.ts";
import { noteManifest } from "../delta/delta-naming.ts";
import { DeltaRepository } from "../delta/delta-repository.ts";
import { ApplicationRepository } from "../release/application-repository.ts";
import { ReleaseRepository } from "../release/release-repository.ts";
import { StoreRepository } from "../store/store-repository.ts";
import { CLEANING_TIMEOUT_MS, type PublicationCleaner } from "./publication-cleaner.ts";
import { beginPublication } from "./publication-control.ts";
import type { PublicationEngine } from "./publication-engine.ts";
import { RETRY_TIMER } from "./publication-failure.ts";
import { keyOf } from "./publication-key.ts";
import type { PublicationParts } from "./publication-parts.ts";
import { emitChange } from "./publication-progress.ts";
import { PublicationRepository } from "./publication-repository.ts";

/** When what a failed publication left could not be taken back, it is completed instead, after this long. */
const SECOND_TRY_MS = 60_000;

/** What somebody wants published, and where; without stores as the application's newest release. */
export type PublishOrder = {
  readonly actor: string;
  readonly releaseId: ReleaseId;
  readonly storeIds?: readonly StoreId[] | undefined;
  /** Whether deltas are made first; as the shell has it by default. */
  readonly deltas?: boolean | undefined;
};

/** What publishing knows of deltas. */
export type DeltaPreparing = {
  /** Which deltas the release would get. */
  readonly plan: (releaseId: ReleaseId) => Promise<readonly DeltaPair[]>;
  readonly wake: (releaseId: ReleaseId) => void;
  /** How long making them may take in all, in milliseconds. */
  readonly limitMs: () => number;
  /** Whether they are made when nobody says. */
  readonly isDefault: boolean;
};

/**
 * Publishes releases, durably.
 *
 *     draft ──noted──▶ signing ──in all stores, signed, in force──▶ published ──▶ withdrawn
 *       ▲                 │
 *       └─── cancelled ───┘          a kill while signing is completed at the next start
 *
 * Signing is a draft with its manifest's digest and moment noted, so that every try signs the same bytes. While deltas
 * are being made, the digest is that of the manifest without them; nothing is stored or signed before it is final.
 */
export class ReleasePublishing {
  readonly #parts: PublicationParts;
  readonly #engine: PublicationEngine;
  readonly #cleaner: PublicationCleaner;
  readonly #deltas: DeltaPreparing;

  constructor(parts: PublicationParts, engine: PublicationEngine, cleaner: PublicationCleaner, deltas: DeltaPreparing) {
    this.#parts = parts;
    this.#engine = engine;
    this.#cleaner = cleaner;
    this.#deltas = deltas;
  }

  /**
   * Begins to publish. With the local store alone, and without deltas to be made, it waits for the end, and takes
   * everything back when that fails.
   *
   * @throws AppError NOT_FOUND, CONFLICT_STATE unless it is a draft with artifacts that nobody publishes, ENV_DATA_CORRUPT,
   * ENV_DISK_FULL; the draft stays a draft.
   */
  async publish(order: PublishOrder): Promise<ReleaseRow> {
    const isWanted = order.deltas ?? this.#deltas.isDefault;
    const pairs = isWanted ? await this.#deltas.plan(order.releaseId) : undefined;
    const { begun, isPreparing } = await this.#parts.store.write(async (unit) => {
      const publications = await this.#begin(unit, order);
      return { begun: publications, isPreparing: await this.#prepareDeltas(unit, order, pairs) };
    });
    if (isPreparing) this.#deltas.wake(order.releaseId);
    const [only] = begun;
    if (!isPreparing && begun.length === 1 && only?.storeId === LOCAL_STORE_ID) await this.#publishHere(only.id);
    else for (const { id } of begun) void this.#engine.wake(id);
    return new ReleaseRepository(this.#parts.store.read).row(order.releaseId);
  }

  async #publishHere(id: PublicationId): Promise<void> {
    const outcome = await this.#engine.wake(id, { answersFor: true });
    if (outcome.kind !== "failed") return;
    await this.#takeBack(id);
    throw outcome.failure;
  }

  async #begin(unit: WriteUnit, { actor, releaseId, storeIds }: PublishOrder): Promise<readonly { id: PublicationId; storeId: StoreId }[]> {
    const rows = new ReleaseRepository(unit.db);
    const { release, signing } = await rows.require(releaseId);
    if (release.state !== "draft")
      throw new AppError("CONFLICT_STATE", `${release.version} is ${release.state} already; nothing was published.`);
    if (signing !== undefined)
      throw new AppError("CONFLICT_STATE", `${release.version} is being published already; look at its publications.`);
    if (release.artifacts.length === 0)
      throw new AppError(
        "CONFLICT_STATE",
        `${release.version} has no artifacts; nothing was published. Discard the draft and make one with files.`,
      );
    const application = await new ApplicationRepository(unit.db).require(release.applicationId);
    await rows.update(releaseId, { publishedName: application.name });
    unit.audit({ actor, action: "release.signing-began", subject: `release:${releaseId}`, details: { version: release.version } });
    unit.emit({ topic: "release.changed", ids: { releaseId, applicationId: release.applicationId } });
    const begun = [];
    for (const storeId of new Set(storeIds ?? (await usualStores(unit, release.applicationId)))) {
      const { name: store } = await new StoreRepository(unit.db).require(storeId);
      const id = publicationIdSchema.parse(this.#parts.ids.uuid());
      await beginPublication(unit, { id, releaseId, storeId, actor, place: begun.length, store });
      begun.push({ id, storeId });
    }
    return begun;
  }

  /** Notes the manifest, or what is to be made before it is final; answers whether that is anything. */
  async #prepareDeltas(unit: WriteUnit, { actor, releaseId }: PublishOrder, pairs: readonly DeltaPair[] | undefined): Promise<boolean> {
    const rows = new DeltaRepository(unit.db);
    if (pairs === undefined) await rows.clear(releaseId);
    else await rows.plan(releaseId, pairs);
    const isPreparing = (await rows.ofRelease(releaseId)).some((row) => row.state === "pending");
    if (isPreparing) await rows.insertPreparation({ releaseId, limitMs: this.#deltas.limitMs(), startedAt: unit.now, startedBy: actor });
    await noteManifest(unit, releaseId, unit.now, !isPreparing);
    return isPreparing;
  }

  /** Makes a clean draft of what could not be published. When that fails, too, it stays noted and is completed by itself. */
  async #takeBack(id: PublicationId): Promise<void> {
    try {
      await this.#cleaner.abandon(
        await new PublicationRepository(this.#parts.store.read).require(id),
        AbortSignal.timeout(CLEANING_TIMEOUT_MS),
      );
      await this.#parts.store.write(async (unit) => {
        const rows = new PublicationRepository(unit.db);
        await rows.update(id, { state: "cancelled", cleaning: 1, finishedAt: unit.now });
        emitChange(unit, keyOf((await rows.require(id)).publication));
      });
      await this.#cleaner.clean(id, AbortSignal.timeout(CLEANING_TIMEOUT_MS));
    } catch (thrown) {
      this.#parts.logger.error(
        { err: thrown, publicationId: id },
        "a publication that failed could not be taken back; it is completed instead",
      );
      await this.#parts.store.write((unit) => this.#parts.timers.schedule(unit, RETRY_TIMER, id, unit.now + SECOND_TRY_MS));
    }
  }
}

/** Where the application's newest published release lies; else the local store. */
async function usualStores(unit: WriteUnit, applicationId: string): Promise<readonly StoreId[]> {
  const newest = await unit.db
    .selectFrom("releases")
    .select("id")
    .where("applicationId", "=", applicationId)
    .where("state", "=", "published")
    .orderBy("publishedAt", "desc")
    .limit(1)
    .executeTakeFirst();
  if (newest === undefined) return [LOCAL_STORE_ID];
  const stores = await new PublicationRepository(unit.db).ofRelease(newest.id);
  return stores.length === 0 ? [LOCAL_STORE_ID] : stores.map((one) => storeIdSchema.parse(one.publication.storeId));
}
