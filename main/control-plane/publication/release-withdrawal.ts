import type { ReleaseRow } from "#shared/contract/applications.ts";
import { LOCAL_STORE_ID } from "#shared/domain/store/store.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { releaseId as releaseIdSchema, type ReleaseId } from "#shared/lib/ids.ts";
import type { WriteUnit } from "../db/store.ts";
import { ApplicationRepository } from "../release/application-repository.ts";
import { findForgottenReleases } from "../release/forgotten-releases.ts";
import { ReleaseRepository } from "../release/release-repository.ts";
import { scheduleStoreTask } from "../store/store-tasks.ts";
import type { PublicationParts } from "./publication-parts.ts";

/** A withdrawal with who wants it and why. */
type Order = { readonly actor: string; readonly releaseId: string; readonly reason: string };

/** Ends releases: for decisions at once, for hosts by the next metadata, and in every store as far as it can. */
export class ReleaseWithdrawal {
  readonly #parts: PublicationParts;

  constructor(parts: PublicationParts) {
    this.#parts = parts;
  }

  /** @throws AppError NOT_FOUND, CONFLICT_STATE unless it is published. */
  async withdraw(order: Order & { readonly releaseId: ReleaseId }): Promise<ReleaseRow> {
    const row = await this.#parts.store.write(async (unit) => {
      await this.#note(unit, order);
      return new ReleaseRepository(unit.db).row(order.releaseId);
    });
    await this.#endSignature(order.releaseId, order.actor);
    return row;
  }

  /**
   * Withdraws what {@link findForgottenReleases} finds beyond the newest `kept` of each application, so that its files can
   * go. What people have signed they take back themselves: nobody wants to be asked for signatures by a clock.
   */
  async retire(kept: number): Promise<void> {
    if (!this.#parts.trust.withdrawsAlone()) return;
    const retired = await this.#parts.store.write(async (unit) => {
      const forgotten = await findForgottenReleases(unit.db, kept);
      const published = forgotten.filter(({ state }) => state === "published");
      for (const { id } of published) {
        const reason = `Older than the newest ${kept} of its application, and nothing needs it.`;
        await this.#note(unit, { actor: "system", releaseId: id, reason });
      }
      return published;
    });
    for (const { id } of retired) await this.#endSignature(id, "system");
  }

  /** Ends at the start the signatures that a kill left. */
  async recover(): Promise<void> {
    const ids = await new ReleaseRepository(this.#parts.store.read).ids({ state: "withdrawn", hasManifest: true });
    for (const id of ids) await this.#endSignature(id, "system");
  }

  async #note(unit: WriteUnit, { actor, releaseId, reason }: Order): Promise<void> {
    const rows = new ReleaseRepository(unit.db);
    const { release } = await rows.require(releaseId);
    if (release.state !== "published")
      throw new AppError("CONFLICT_STATE", `${release.version} is ${release.state}; only a published release can be withdrawn.`);
    await rows.update(releaseId, { state: "withdrawn", withdrawnAt: unit.now });
    unit.audit({ actor, action: "release.withdrawn", subject: `release:${releaseId}`, reason, details: { version: release.version } });
    unit.emit({ topic: "release.withdrawn", ids: { releaseId, applicationId: release.applicationId } });
    const stores = await unit.db
      .selectFrom("publications")
      .select("storeId")
      .where("releaseId", "=", releaseId)
      .where("state", "=", "completed")
      .where("storeId", "!=", LOCAL_STORE_ID)
      .execute();
    for (const { storeId } of stores)
      await scheduleStoreTask(unit, this.#parts, { storeId, kind: "withdraw", releaseId, subject: release.version });
  }

  /** Never throws: decisions refuse a withdrawn release whatever its signature, and the next start ends it. */
  async #endSignature(releaseId: string, actor: string): Promise<void> {
    try {
      const { release } = await new ReleaseRepository(this.#parts.store.read).require(releaseId);
      const { productId } = await new ApplicationRepository(this.#parts.store.read).require(release.applicationId);
      const { applicationId, version } = release;
      await this.#parts.trust.withdraw({ actor, applicationId, productId, releaseId: releaseIdSchema.parse(releaseId), version });
      // Behind the signature, so that a host that still believes it finds what it names.
      await (await this.#parts.stores.open(LOCAL_STORE_ID)).withdraw(productId, version, new AbortController().signal);
    } catch (thrown) {
      this.#parts.logger.error(
        { err: thrown, releaseId },
        "the signature of a withdrawn release could not be ended; it is tried again at the next start",
      );
    }
  }
}
