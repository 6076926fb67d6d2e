import type { Artifact } from "#shared/domain/artifact/artifact.ts";
import type { FileFacts } from "#shared/domain/artifact/file-facts.ts";
import type { Platform } from "#shared/domain/artifact/platform.ts";
import { compareFiles, type KnownFile } from "#shared/domain/release/compare-files.ts";
import { compareRunSpecs } from "#shared/domain/release/compare-run-specs.ts";
import type { ReleaseComparison } from "#shared/domain/release/comparison.ts";
import type { Release } from "#shared/domain/release/release.ts";
import type { RunSpec } from "#shared/domain/release/run-spec.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { compareSemver } from "#shared/lib/semver.ts";
import type { DraftToCompare } from "../artifact/handlers.ts";
import type { Store } from "../db/store.ts";
import { ReleaseRepository } from "./release-repository.ts";

/** Looks into a stored file; undefined when its bytes are gone. */
export type ReadFacts = (file: {
  readonly sha256: string;
  readonly fileName: string;
  readonly platform: Platform;
}) => Promise<FileFacts | undefined>;

/** The file of an upload that is ready. @throws AppError NOT_FOUND, CONFLICT_STATE while it is on its way. */
export type FindUpload = (uploadId: string) => Promise<Pick<Artifact, "fileName" | "sizeBytes" | "digests">>;

/** Holds what is about to be published, or a release, against what was published before. */
export class ComparisonService {
  readonly #store: Store;
  readonly #readFacts: ReadFacts;
  readonly #findUpload: FindUpload;

  constructor(store: Store, readFacts: ReadFacts, findUpload: FindUpload) {
    this.#store = store;
    this.#readFacts = readFacts;
    this.#findUpload = findUpload;
  }

  /** Compares uploads with the release named, else with the newest published one. @throws AppError NOT_FOUND, CONFLICT_STATE. */
  async compareDraft(draft: DraftToCompare): Promise<ReleaseComparison> {
    const files = await Promise.all(
      draft.artifacts.map(async ({ uploadId, platform }) => {
        const { fileName, sizeBytes, digests } = await this.#findUpload(uploadId);
        return { platform, fileName, sizeBytes, sha256: digests.sha256 };
      }),
    );
    const against = await this.#against(draft.applicationId, draft.againstReleaseId, () => true);
    return this.#compare(against, { files, runSpec: draft.runSpec });
  }

  /** Compares a release with the one named, else with the newest published one that is older. @throws AppError NOT_FOUND. */
  async compareRelease(id: string, againstId: string | undefined): Promise<ReleaseComparison> {
    const { release } = await this.#rows.require(id);
    const against = await this.#against(
      release.applicationId,
      againstId,
      (one) => one.id !== release.id && compareSemver(one.version, release.version) < 0,
    );
    return this.#compare(against, { files: filesOf(release), runSpec: release.runSpec });
  }

  get #rows(): ReleaseRepository {
    return new ReleaseRepository(this.#store.read);
  }

  async #against(applicationId: string, asked: string | undefined, isOlder: (release: Release) => boolean): Promise<Release | undefined> {
    if (asked !== undefined) {
      const { release } = await this.#rows.require(asked);
      if (release.applicationId !== applicationId)
        throw new AppError("INPUT_INVALID", "The two releases are of different applications; nothing was compared.");
      return release;
    }
    const published = (await this.#rows.rows({ applicationId })).filter((one) => one.state === "published" && isOlder(one));
    return published.toSorted((left, right) => compareSemver(right.version, left.version))[0];
  }

  async #compare(
    against: Release | undefined,
    { files, runSpec }: { readonly files: readonly Omit<KnownFile, "facts">[]; readonly runSpec: RunSpec },
  ): Promise<ReleaseComparison> {
    const after = await this.#withFacts(files);
    const before = against === undefined ? [] : await this.#withFacts(filesOf(against));
    return {
      ...(against && { against: { releaseId: against.id, version: against.version } }),
      files: [...compareFiles(before, after)],
      runSpec: against === undefined ? [] : [...compareRunSpecs(against.runSpec, runSpec)],
    };
  }

  /** One after another: each read may decompress a good deal. */
  async #withFacts(files: readonly Omit<KnownFile, "facts">[]): Promise<KnownFile[]> {
    const known: KnownFile[] = [];
    for (const file of files) known.push({ ...file, facts: await this.#readFacts(file) });
    return known;
  }
}

const filesOf = (release: Release): readonly Omit<KnownFile, "facts">[] =>
  release.artifacts.map(({ platform, fileName, sizeBytes, digests }) => ({ platform, fileName, sizeBytes, sha256: digests.sha256 }));
