import type { Artifact, Inspection } from "#shared/domain/artifact/artifact.ts";
import { planDeltas, type DeltaFile, type DeltaPair, type OlderRelease } from "#shared/domain/release/delta-plan.ts";
import { runSpec, type RunSpec } from "#shared/domain/release/run-spec.ts";
import type { ReleaseId } from "#shared/lib/ids.ts";
import type { Store } from "../db/store.ts";
import type { ArtifactSource } from "../publication/artifact-source.ts";
import { inspectStored } from "../publication/read-head.ts";
import { ReleaseRepository } from "../release/release-repository.ts";

/** Formats whose bytes are compressed, as intake noted them with every artifact. */
const PACKED_FORMATS: ReadonlySet<string> = new Set(["gzip", "zstd", "zip"]);

/** Formats that hosts unpack where the release says so. */
const ARCHIVE_FORMATS: ReadonlySet<string> = new Set(["tar", ...PACKED_FORMATS]);

/** A file that is to be published, wherever it lies. */
export type FileToPublish = Pick<Artifact, "platform" | "fileName" | "sizeBytes" | "format"> & { readonly sha256: string };

/** Finds out which deltas a release would get. It only reads. */
export class DeltaPlanner {
  readonly #store: Store;
  readonly #artifacts: ArtifactSource;
  readonly #bases: () => number;

  /** @param bases how many earlier releases get deltas from them; 0 for none. */
  constructor(store: Store, artifacts: ArtifactSource, bases: () => number) {
    this.#store = store;
    this.#artifacts = artifacts;
    this.#bases = bases;
  }

  /** @throws AppError NOT_FOUND. A file that cannot be read gets none. */
  async plan(releaseId: ReleaseId): Promise<readonly DeltaPair[]> {
    const { release } = await new ReleaseRepository(this.#store.read).require(releaseId);
    const files = release.artifacts.map(({ digests, ...rest }) => ({ ...rest, sha256: digests.sha256 }));
    const signal = new AbortController().signal;
    const inspect = ({ sha256, sizeBytes }: FileToPublish): Promise<Inspection> =>
      inspectStored(sizeBytes, (range) => this.#artifacts.open(releaseId, sha256, range, signal));
    const older = await this.#readOlder(release.applicationId, releaseId);
    if (older.length === 0) return [];
    return planDeltas(
      await Promise.all(files.map((file) => toDeltaFile(file, isUnpacked(release.runSpec), inspect))),
      older,
      this.#bases(),
    );
  }

  /** Everything that was published before, or is what a subscription brings hosts to. */
  async #readOlder(applicationId: string, exceptId: string): Promise<readonly OlderRelease[]> {
    const { read } = this.#store;
    const targets = await read
      .selectFrom("subscriptions")
      .select("targetReleaseId")
      .where("applicationId", "=", applicationId)
      .where("targetReleaseId", "is not", null)
      .execute();
    const isTarget = new Set(targets.map((row) => row.targetReleaseId));
    const releases = await read
      .selectFrom("releases")
      .select(["id", "version", "publishedAt", "state", "runSpec"])
      .where("applicationId", "=", applicationId)
      .where("id", "!=", exceptId)
      .where("state", "!=", "draft")
      .execute();
    const artifacts = await read
      .selectFrom("artifacts")
      .innerJoin("releases", "releases.id", "artifacts.releaseId")
      .select(["artifacts.releaseId", "artifacts.platform", "artifacts.sha256", "artifacts.sizeBytes", "artifacts.format"])
      .where("releases.applicationId", "=", applicationId)
      .execute();
    const files = Map.groupBy(artifacts, (row) => row.releaseId);
    return releases.map(({ id, version, publishedAt, state, runSpec: spec }) => ({
      releaseId: id,
      version,
      publishedAt: publishedAt ?? 0,
      state: state === "withdrawn" ? "withdrawn" : "published",
      isTarget: isTarget.has(id),
      files: (files.get(id) ?? []).map((row) => ({
        ...row,
        isPacked: PACKED_FORMATS.has(row.format),
        isTree: ARCHIVE_FORMATS.has(row.format) && isUnpacked(runSpec.parse(JSON.parse(spec))),
      })),
    }));
  }
}

const isUnpacked = ({ unpack }: RunSpec): boolean => unpack === true;

async function toDeltaFile(
  file: FileToPublish,
  isUnpackedThere: boolean,
  inspect: (file: FileToPublish) => Promise<Inspection>,
): Promise<DeltaFile> {
  const { platform, sha256, sizeBytes, format } = file;
  const isTree = isUnpackedThere && ARCHIVE_FORMATS.has(format);
  return { platform, sha256, sizeBytes, isTree, isPacked: PACKED_FORMATS.has(format) || (!isTree && (await isPacked(file, inspect))) };
}

/** What the first bytes say. Bytes that cannot be had now are no reason to fail: the file is left without deltas. */
async function isPacked(file: FileToPublish, inspect: (file: FileToPublish) => Promise<Inspection>): Promise<boolean> {
  try {
    return (await inspect(file)).isPacked === true;
  } catch {
    return true;
  }
}
