import { hash } from "node:crypto";
import type { ReleaseRow } from "#shared/contract/applications.ts";
import type { ReleaseManifest } from "#shared/domain/release/manifest.ts";
import type { Application, Release } from "#shared/domain/release/release.ts";
import { AppError } from "#shared/errors/app-error.ts";
import type { ReleaseId } from "#shared/lib/ids.ts";
import type { Store, WriteUnit } from "../db/store.ts";
import type { Logger } from "../ports/logger.ts";
import { ApplicationRepository } from "./application-repository.ts";
import { findForgottenReleases } from "./forgotten-releases.ts";
import { makeManifest, manifestBytes } from "./make-manifest.ts";
import type { ReleasePublisher } from "./release-publisher.ts";
import { ReleaseRepository } from "./release-repository.ts";

/**
 * Publishes and withdraws releases, durably.
 *
 *     draft ──noted──▶ signing ──stored, tagged, signed──▶ published ──▶ withdrawn
 *       ▲                 │
 *       └── disk full … ──┘          a kill while signing is completed at the next start
 *
 * Signing is a draft with its manifest's digest and moment noted, so that the second try signs the same bytes.
 */
export class PublicationService {
  readonly #store: Store;
  readonly #publisher: ReleasePublisher;
  readonly #logger: Logger;
  /** Releases that this process is signing now; others that are noted as signing wait for a second try. */
  readonly #active = new Set<string>();

  constructor(store: Store, publisher: ReleasePublisher, logger: Logger) {
    this.#store = store;
    this.#publisher = publisher;
    this.#logger = logger;
  }

  /**
   * @throws AppError NOT_FOUND, CONFLICT_STATE unless it is a draft with artifacts, ENV_DATA_CORRUPT, ENV_DISK_FULL; the
   * draft stays a draft.
   */
  async publish(actor: string, releaseId: ReleaseId): Promise<ReleaseRow> {
    if (this.#active.has(releaseId)) throw new AppError("CONFLICT_STATE", "This release is being published already.");
    this.#active.add(releaseId);
    try {
      await this.#noteSigning(actor, releaseId);
      return await this.#sign(actor, releaseId);
    } finally {
      this.#active.delete(releaseId);
    }
  }

  /**
   * Ends the release for every new install, at once for decisions and by the next metadata for hosts.
   *
   * @throws AppError NOT_FOUND, CONFLICT_STATE unless it is published.
   */
  async withdraw(actor: string, releaseId: ReleaseId, reason: string): Promise<ReleaseRow> {
    const row = await this.#store.write(async (unit) => {
      await this.#withdraw(unit, { actor, releaseId, reason });
      return new ReleaseRepository(unit.db).row(releaseId);
    });
    await this.#endSignature(releaseId);
    return row;
  }

  /**
   * Withdraws what {@link findForgottenReleases} finds beyond the newest `kept` of each application, so that its files
   * can go.
   */
  async retire(kept: number): Promise<void> {
    const retired = await this.#store.write(async (unit) => {
      const forgotten = await findForgottenReleases(unit.db, kept);
      const published = forgotten.filter(({ state }) => state === "published");
      for (const { id } of published) {
        const reason = `Older than the newest ${kept} of its application, and nothing needs it.`;
        await this.#withdraw(unit, { actor: "system", releaseId: id, reason });
      }
      return published;
    });
    for (const { id } of retired) await this.#endSignature(id);
  }

  async #withdraw(unit: WriteUnit, order: { readonly actor: string; readonly releaseId: string; readonly reason: string }): Promise<void> {
    const { actor, releaseId, reason } = order;
    const rows = new ReleaseRepository(unit.db);
    const { release } = await rows.require(releaseId);
    if (release.state !== "published")
      throw new AppError("CONFLICT_STATE", `${release.version} is ${release.state}; only a published release can be withdrawn.`);
    await rows.update(releaseId, { state: "withdrawn", withdrawnAt: unit.now });
    unit.audit({ actor, action: "release.withdrawn", subject: `release:${releaseId}`, reason, details: { version: release.version } });
    unit.emit({ topic: "release.withdrawn", ids: { releaseId, applicationId: release.applicationId } });
  }

  /** Completes at the start what a kill interrupted: publications that were being signed, and signatures to be ended. */
  async recover(): Promise<void> {
    const rows = new ReleaseRepository(this.#store.read);
    for (const releaseId of await rows.ids({ state: "draft", hasManifest: true })) {
      try {
        await this.#sign("system", releaseId);
      } catch (thrown) {
        this.#logger.error({ err: thrown, releaseId }, "an interrupted publication could not be completed; it is a draft again");
      }
    }
    for (const releaseId of await rows.ids({ state: "withdrawn", hasManifest: true })) await this.#endSignature(releaseId);
  }

  async #noteSigning(actor: string, releaseId: ReleaseId): Promise<void> {
    await this.#store.write(async (unit) => {
      const rows = new ReleaseRepository(unit.db);
      const { release, signing } = await rows.require(releaseId);
      if (release.state !== "draft")
        throw new AppError("CONFLICT_STATE", `${release.version} is ${release.state} already; nothing was published.`);
      if (signing !== undefined) return;
      if (release.artifacts.length === 0)
        throw new AppError(
          "CONFLICT_STATE",
          `${release.version} has no artifacts; nothing was published. Discard the draft and make one with files.`,
        );
      const manifest = makeManifest(await new ApplicationRepository(unit.db).require(release.applicationId), release, unit.now);
      await rows.update(releaseId, { publishedAt: unit.now, manifestSha256: sha256(manifestBytes(manifest)) });
      unit.audit({ actor, action: "release.signing-began", subject: `release:${releaseId}`, details: { version: release.version } });
      unit.emit({ topic: "release.changed", ids: { releaseId, applicationId: release.applicationId } });
    });
  }

  async #sign(actor: string, releaseId: string): Promise<ReleaseRow> {
    const { release, application, manifest } = await this.#readSigning(releaseId);
    try {
      await this.#publisher.publish(manifest, application.name);
    } catch (thrown) {
      await this.#takeBack(release, application).catch((cause: unknown) =>
        this.#logger.error({ err: cause, releaseId }, "a publication that failed could not be taken back; it can be tried again"),
      );
      throw thrown;
    }
    return this.#store.write(async (unit) => {
      const rows = new ReleaseRepository(unit.db);
      await rows.update(releaseId, { state: "published" });
      unit.audit({
        actor,
        action: "release.published",
        subject: `release:${releaseId}`,
        details: { productId: application.productId, version: release.version, manifestSha256: sha256(manifestBytes(manifest)) },
      });
      unit.emit({ topic: "release.published", ids: { releaseId, applicationId: release.applicationId } });
      return rows.row(releaseId);
    });
  }

  /** Makes a clean draft of what could not be signed. When that fails, too, it stays noted, and the next try signs the same bytes. */
  async #takeBack(release: Release, application: Application): Promise<void> {
    await this.#publisher.takeBack(release.id, application.productId, release.version);
    await this.#store.write(async (unit) => {
      await new ReleaseRepository(unit.db).update(release.id, { publishedAt: null, manifestSha256: null });
      unit.emit({ topic: "release.changed", ids: { releaseId: release.id, applicationId: release.applicationId } });
    });
  }

  async #readSigning(releaseId: string): Promise<{ release: Release; application: Application; manifest: ReleaseManifest }> {
    const { release, signing } = await new ReleaseRepository(this.#store.read).require(releaseId);
    const application = await new ApplicationRepository(this.#store.read).require(release.applicationId);
    return { release, application, manifest: makeManifest(application, release, signing?.publishedAt ?? 0) };
  }

  /** Never throws: decisions refuse a withdrawn release whatever its signature, and the next start ends it. */
  async #endSignature(releaseId: string): Promise<void> {
    try {
      const { release } = await new ReleaseRepository(this.#store.read).require(releaseId);
      const application = await new ApplicationRepository(this.#store.read).require(release.applicationId);
      const { id, applicationId, version } = release;
      await this.#publisher.withdraw({ actor: "system", applicationId, productId: application.productId, releaseId: id, version });
    } catch (thrown) {
      this.#logger.error(
        { err: thrown, releaseId },
        "the signature of a withdrawn release could not be ended; it is tried again at the next start",
      );
    }
  }
}

function sha256(bytes: Uint8Array): string {
  return hash("sha256", bytes);
}
