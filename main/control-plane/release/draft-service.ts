import type { ReleaseRow } from "#shared/contract/applications.ts";
import { artifact, type Artifact } from "#shared/domain/artifact/artifact.ts";
import type { Platform } from "#shared/domain/artifact/platform.ts";
import { release, type Release } from "#shared/domain/release/release.ts";
import type { RunSpec } from "#shared/domain/release/run-spec.ts";
import { AppError } from "#shared/errors/app-error.ts";
import type { ApplicationId, ReleaseId, UploadId } from "#shared/lib/ids.ts";
import { isSemver } from "#shared/lib/semver.ts";
import type { Store, WriteUnit } from "../db/store.ts";
import type { Ids } from "../ports/ids.ts";
import { ApplicationRepository } from "./application-repository.ts";
import { ReleaseRepository } from "./release-repository.ts";
import type { TakeUpload } from "./take-upload.ts";

/** A new draft: verified uploads with the platforms they are for. */
export type DraftInput = {
  readonly applicationId: ApplicationId;
  readonly version: string;
  readonly notes: string;
  readonly runSpec: RunSpec;
  readonly artifacts: readonly { readonly uploadId: UploadId; readonly platform: Platform }[];
};

/** What may change while a release is a draft. `revision` is the one that the caller saw. */
export type DraftChange = {
  readonly releaseId: ReleaseId;
  readonly revision: number;
  readonly version: string;
  readonly notes: string;
  readonly runSpec: RunSpec;
};

/** Drafts of releases: made of uploads, changed, thrown away. */
export class DraftService {
  readonly #store: Store;
  readonly #ids: Ids;
  readonly #takeUpload: TakeUpload;

  constructor(store: Store, ids: Ids, takeUpload: TakeUpload) {
    this.#store = store;
    this.#ids = ids;
    this.#takeUpload = takeUpload;
  }

  /**
   * Makes a draft; its uploads become its artifacts.
   *
   * @param along is written in the same transaction.
   * @throws AppError INPUT_VERSION_INVALID, INPUT_INVALID for two artifacts of one platform, NOT_FOUND, CONFLICT_STATE
   * for an upload that is not ready, CONFLICT_EXISTS for a version that the application has.
   */
  create(
    actor: string,
    input: DraftInput,
    along: (unit: WriteUnit, releaseId: ReleaseId) => Promise<void> = () => Promise.resolve(),
  ): Promise<ReleaseRow> {
    requireSemver(input.version);
    requireOnePerPlatform(input.artifacts.map((one) => one.platform));
    return this.#store.write(async (unit) => {
      const owner = await new ApplicationRepository(unit.db).require(input.applicationId);
      const rows = new ReleaseRepository(unit.db);
      await requireFreeVersion(rows, owner.name, input);
      const { applicationId, version, notes, runSpec } = input;
      const artifacts = await this.#takeArtifacts(unit, input.artifacts);
      const draft: Release = release.parse({
        id: this.#ids.uuid(),
        applicationId,
        version,
        state: "draft",
        notes,
        runSpec,
        artifacts,
        createdAt: unit.now,
        createdBy: actor,
        revision: 0,
      });
      await rows.insertDraft(draft);
      unit.audit({
        actor,
        action: "release.drafted",
        subject: `release:${draft.id}`,
        details: { applicationId, version, artifacts: artifacts.map((one) => ({ platform: one.platform, sha256: one.digests.sha256 })) },
      });
      unit.emit({ topic: "release.created", ids: { releaseId: draft.id, applicationId } });
      await along(unit, draft.id);
      return rows.row(draft.id);
    });
  }

  /** @throws AppError NOT_FOUND, INPUT_VERSION_INVALID, CONFLICT_STATE, CONFLICT_STALE, CONFLICT_EXISTS. */
  update(actor: string, change: DraftChange): Promise<ReleaseRow> {
    requireSemver(change.version);
    const { releaseId, revision, version, notes, runSpec } = change;
    return this.#store.write(async (unit) => {
      const rows = new ReleaseRepository(unit.db);
      const before = await requireDraft(rows, releaseId, "changed");
      if (before.revision !== revision)
        throw new AppError("CONFLICT_STALE", `The draft of ${before.version} was changed by someone else meanwhile; nothing was saved.`, {
          details: { revision: before.revision },
        });
      const owner = await new ApplicationRepository(unit.db).require(before.applicationId);
      await requireFreeVersion(rows, owner.name, { applicationId: before.applicationId, version, exceptId: releaseId });
      await rows.update(releaseId, { version, notes, runSpec: JSON.stringify(runSpec) });
      unit.audit({
        actor,
        action: "release.draft-changed",
        subject: `release:${releaseId}`,
        details: { from: before.version, to: version },
      });
      unit.emit({ topic: "release.changed", ids: { releaseId, applicationId: before.applicationId } });
      return rows.row(releaseId);
    });
  }

  /** @throws AppError NOT_FOUND, CONFLICT_STATE once it is published. */
  async discard(actor: string, releaseId: ReleaseId): Promise<void> {
    await this.#store.write(async (unit) => {
      const rows = new ReleaseRepository(unit.db);
      const draft = await requireDraft(rows, releaseId, "discarded");
      await rows.delete(releaseId);
      unit.audit({
        actor,
        action: "release.draft-discarded",
        subject: `release:${releaseId}`,
        details: { applicationId: draft.applicationId, version: draft.version },
      });
      unit.emit({ topic: "release.discarded", ids: { releaseId, applicationId: draft.applicationId } });
    });
  }

  async #takeArtifacts(unit: WriteUnit, inputs: DraftInput["artifacts"]): Promise<Artifact[]> {
    const taken = new Map<UploadId, Awaited<ReturnType<TakeUpload>>>();
    const artifacts: Artifact[] = [];
    for (const { uploadId, platform } of inputs) {
      // One file may serve several platforms, as a universal binary does; it is taken once.
      const file = taken.get(uploadId) ?? (await this.#takeUpload(unit, uploadId));
      taken.set(uploadId, file);
      artifacts.push(artifact.parse({ id: this.#ids.uuid(), platform, ...file }));
    }
    return artifacts;
  }
}

function requireSemver(version: string): void {
  if (!isSemver(version))
    throw new AppError("INPUT_VERSION_INVALID", `"${version.slice(0, 128)}" is not a semantic version; nothing was saved.`);
}

/** @throws AppError INPUT_INVALID for two files of one platform. */
export function requireOnePerPlatform(platforms: readonly Platform[]): void {
  const twice = platforms.find((platform, index) => platforms.indexOf(platform) !== index);
  if (twice !== undefined)
    throw new AppError("INPUT_INVALID", `Two files are for ${twice}; a release has one per platform. No draft was made.`, {
      details: { platform: twice },
    });
}

/** @throws AppError CONFLICT_EXISTS for a version that the application has. */
export async function requireFreeVersion(
  rows: ReleaseRepository,
  applicationName: string,
  wanted: { readonly applicationId: string; readonly version: string; readonly exceptId?: string },
): Promise<void> {
  if (await rows.isVersionTaken(wanted.applicationId, wanted.version, wanted.exceptId)) {
    throw new AppError(
      "CONFLICT_EXISTS",
      `${applicationName} has a release ${wanted.version} already; nothing was saved. Versions are never used twice.`,
      { details: { version: wanted.version } },
    );
  }
}

async function requireDraft(rows: ReleaseRepository, releaseId: string, verb: string): Promise<Release> {
  const { release: found, signing } = await rows.require(releaseId);
  if (found.state !== "draft") throw new AppError("CONFLICT_STATE", `${found.version} is ${found.state}; only a draft can be ${verb}.`);
  if (signing !== undefined) throw new AppError("CONFLICT_STATE", `${found.version} is being published; it was not ${verb}.`);
  return found;
}
