import { chmod, copyFile, mkdir, open, readdir, readlink, rename, rm, symlink } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { releaseManifest, type ReleaseManifest } from "#shared/domain/release/manifest.ts";
import type { RunSpec } from "#shared/domain/release/run-spec.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { removeTree } from "#main/node/archive/remove-tree.ts";
import { syncFolder, temporaryPath } from "#main/node/atomic-write.ts";
import { toDiskError } from "#main/node/disk-error.ts";
import { sha256OfFile } from "#main/node/sha256-of-file.ts";
import type { RunnableRelease } from "../process/launch-spec.ts";
import { DurableDocument } from "../state/durable-document.ts";
import type { ApplicationPaths } from "../state/state-paths.ts";
import { isLegacy } from "./legacy-release.ts";
import { runSpecInForce } from "./own-run-spec.ts";
import { PlainSlot } from "./plain-slot.ts";
import { toRunningRelease, type ReleaseIdentity } from "./release-identity.ts";
import type { SlotFiles } from "./slot-files.ts";
import { slotSealDocument, type SlotSeal } from "./slot-seal.ts";
import { UnpackedSlot, type UnpackTerms } from "./unpacked-slot.ts";
import type { RunningRelease } from "#shared/domain/host/reported.ts";

type SignedArtifact = ReleaseManifest["artifacts"][number];

/** Name of the file inside its slot: what the run spec asks for, or the artifact's own name. */
function slotFileName(manifest: ReleaseManifest, artifact: SignedArtifact): string {
  return manifest.runSpec.installAs ?? artifact.fileName;
}

/**
 * The versions of one application that are on this host.
 *
 *     slots/<application>/<sha256>/<file>                        the bytes, read-only, named by their digest
 *     slots/<application>/<sha256>.unpacked/                     those of an archive, unpacked
 *     slots/<application>/<sha256>.seal.json                     what was seen when they were last read whole
 *     applications/<application>/releases/<release>.json         the verified manifest, so that a revert asks nobody
 *     applications/<application>/current → the slot that serves  for people
 *
 * A file gets into a slot whole or not at all. Two releases with the same bytes share the slot and have a manifest each.
 */
export class SlotStore {
  readonly #paths: ApplicationPaths;
  readonly #ownRunSpec: () => Promise<RunSpec | undefined>;

  /** @param ownRunSpec the run spec of the host's own file, which stands in place of every signed one. */
  constructor(paths: ApplicationPaths, ownRunSpec: () => Promise<RunSpec | undefined> = () => Promise.resolve(undefined)) {
    this.#paths = paths;
    this.#ownRunSpec = ownRunSpec;
  }

  /**
   * Makes the folders, durably: a journal that outlives a power cut must not speak of slots whose folder does not. Only the
   * agent's own user may look into them.
   */
  async prepare(): Promise<void> {
    const folders = [this.#paths.folder, this.#paths.slots, this.#paths.releases];
    for (const folder of folders) await mkdir(folder, { recursive: true, mode: 0o750 });
    const above = folders.flatMap((folder) => [dirname(folder), dirname(dirname(folder))]);
    for (const folder of new Set(above)) await syncFolder(folder);
  }

  /** Keeps a verified manifest. Must come before the journal names the release as installed. */
  async keepManifest(manifest: ReleaseManifest): Promise<void> {
    await this.#manifestDocument(manifest.releaseId).write(manifest);
  }

  /**
   * What is needed to run a version, from this disk alone.
   *
   * @throws AppError ENV_DATA_CORRUPT when its manifest or its file is not here any more.
   */
  async runnable(release: RunningRelease): Promise<RunnableRelease> {
    const { manifest, artifact } = await this.#read(release);
    const files = this.#files(manifest, artifact);
    if (!(await files.isHere())) throw this.#missing(release);
    const own = isLegacy(manifest) ? undefined : await this.#ownRunSpec();
    return {
      release: toRunningRelease(release),
      runSpec: runSpecInForce(manifest.runSpec, own),
      artifactPath: files.artifactPath,
      ...(own !== undefined && { hasOwnRunSpec: true }),
    };
  }

  /** Whether the kept files still are what was verified when they came. Reads all of them. */
  async isIntact(release: RunningRelease): Promise<boolean> {
    const files = await this.#find(release).catch(() => undefined);
    return files !== undefined && files.isIntact();
  }

  /**
   * What is needed to run a version that is about to be started again. Files that nobody has touched since they were
   * last read are not read again; others are.
   *
   * @throws AppError ENV_DATA_CORRUPT when anything is missing or is not what was verified.
   */
  async reusable(release: RunningRelease): Promise<RunnableRelease> {
    const runnable = await this.runnable(release);
    if (await (await this.#find(release)).isUnchanged()) return runnable;
    throw new AppError("ENV_DATA_CORRUPT", `The files of version ${release.version} were changed on this disk; it was not started.`, {
      details: { digest: release.digest },
    });
  }

  /** Bytes that a version takes here, unpacked; 0 when it is not here. */
  async sizeBytes(release: RunningRelease): Promise<number> {
    return this.#find(release).then(
      (files) => files.sizeBytes(),
      () => 0,
    );
  }

  /** The run spec in force for what a manifest says: of this host's own file, or the signed one. */
  async runSpecOf({ runSpec }: ReleaseManifest): Promise<RunSpec> {
    return runSpecInForce(runSpec, await this.#ownRunSpec());
  }

  /**
   * Unpacks a verified archive into its slot, whole or not at all.
   *
   * @throws AppError ARTIFACT_ARCHIVE_REFUSED, ENV_DISK_FULL, and what the terms' check throws.
   */
  async unpack(artifact: SignedArtifact, archive: string, terms: UnpackTerms): Promise<void> {
    await this.#unpacked(artifact.digests.sha256).unpack(archive, terms);
  }

  /**
   * Moves a tree that was made without its archive into the archive's slot.
   *
   * @param tree its signed digest. @returns false when it is not that tree; it stays where it is.
   * @throws AppError what the terms' check throws.
   */
  async adoptTree(artifact: SignedArtifact, path: string, tree: string, terms: Pick<UnpackTerms, "check" | "signal">): Promise<boolean> {
    return this.#unpacked(artifact.digests.sha256).adopt(path, tree, terms);
  }

  /**
   * Moves verified bytes into their slot, read-only and executable, and makes them durable there.
   *
   * @param path a file on the same disk whose digest is the artifact's; it is moved, not copied.
   */
  async install(manifest: ReleaseManifest, artifact: SignedArtifact, path: string): Promise<void> {
    const target = this.#filePath(manifest, artifact);
    try {
      await mkdir(dirname(target), { recursive: true, mode: 0o750 });
      await chmod(path, 0o555);
      const file = await open(path, "r");
      try {
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(path, target);
    } catch (thrown) {
      throw toDiskError(thrown, target);
    }
    await syncFolder(dirname(target));
    await syncFolder(this.#paths.slots);
  }

  /** Gives kept bytes the name that another release with the same bytes asks for. Whether there were such bytes. */
  async adoptBytes(manifest: ReleaseManifest, artifact: SignedArtifact): Promise<boolean> {
    if (manifest.runSpec.unpack === true) return false;
    const target = this.#filePath(manifest, artifact);
    const names = await readdir(dirname(target)).catch(() => []);
    const source = names.map((name) => join(dirname(target), name)).find((path) => path !== target);
    if (source === undefined || (await sha256OfFile(source)) !== artifact.digests.sha256) return false;
    const temporary = temporaryPath(target);
    await copyFile(source, temporary);
    await this.install(manifest, artifact, temporary);
    return true;
  }

  /** Points `current` at the slot of a version, atomically; at nothing when there is none. */
  async point(release: RunningRelease | undefined): Promise<void> {
    const { current, folder } = this.#paths;
    if (release === undefined) await rm(current, { force: true });
    else {
      const target = relative(folder, (await this.#find(release)).folder);
      if ((await readlink(current).catch(() => "")) === target) return;
      const temporary = temporaryPath(current);
      // Windows lets everyone make junctions, and renames none over another.
      await symlink(target, temporary, "junction");
      if (process.platform === "win32") await rm(current, { force: true, recursive: true });
      await rename(temporary, current);
    }
    await syncFolder(folder);
  }

  /** Removes a version; its bytes go when no kept release shares them. */
  async remove(release: ReleaseIdentity, kept: readonly ReleaseIdentity[]): Promise<void> {
    if (!kept.some((one) => one.digest === release.digest)) {
      const base = join(this.#paths.slots, release.digest);
      // The seal first: what is left after a kill is believed by nobody.
      for (const name of [release.digest, `${release.digest}.unpacked`]) await this.#seal(name).remove();
      for (const ending of ["", ".unpacked", ".unpacking"]) await removeTree(`${base}${ending}`);
      await rm(`${base}.tree`, { force: true });
    }
    if (!kept.some((one) => one.releaseId === release.releaseId)) await this.#manifestDocument(release.releaseId).remove();
  }

  async #read(release: RunningRelease): Promise<{ manifest: ReleaseManifest; artifact: SignedArtifact }> {
    const { value: manifest } = await this.#manifestDocument(release.releaseId).read();
    const artifact = manifest?.artifacts.find((one) => one.digests.sha256 === release.digest);
    if (manifest === undefined || artifact === undefined) throw this.#missing(release);
    return { manifest, artifact };
  }

  #missing(release: RunningRelease): AppError {
    return new AppError("ENV_DATA_CORRUPT", `Version ${release.version} is not on this disk any more; it was not started.`, {
      details: { digest: release.digest },
    });
  }

  async #find(release: RunningRelease): Promise<SlotFiles> {
    const { manifest, artifact } = await this.#read(release);
    return this.#files(manifest, artifact);
  }

  #files(manifest: ReleaseManifest, artifact: SignedArtifact): SlotFiles {
    const { sha256 } = artifact.digests;
    if (manifest.runSpec.unpack === true) return this.#unpacked(sha256);
    return new PlainSlot(this.#filePath(manifest, artifact), sha256, this.#seal(sha256));
  }

  #unpacked(sha256: string): UnpackedSlot {
    return new UnpackedSlot(join(this.#paths.slots, sha256), this.#seal(`${sha256}.unpacked`));
  }

  #seal(name: string): DurableDocument<SlotSeal> {
    return slotSealDocument(join(this.#paths.slots, `${name}.seal.json`));
  }

  #filePath(manifest: ReleaseManifest, artifact: SignedArtifact): string {
    return join(this.#paths.slots, artifact.digests.sha256, slotFileName(manifest, artifact));
  }

  #manifestDocument(releaseId: string): DurableDocument<ReleaseManifest> {
    return new DurableDocument(join(this.#paths.releases, `${releaseId}.json`), releaseManifest);
  }
}
