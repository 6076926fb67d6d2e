import { access, chmod, copyFile, mkdir, open, readdir, readlink, rename, rm, symlink } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { releaseManifest, type ReleaseManifest } from "#shared/domain/release/manifest.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { syncFolder, temporaryPath } from "#main/node/atomic-write.ts";
import { toDiskError } from "#main/node/disk-error.ts";
import { sha256OfFile } from "#main/node/sha256-of-file.ts";
import type { RunnableRelease } from "../process/launch-spec.ts";
import { DurableDocument } from "../state/durable-document.ts";
import type { ApplicationPaths } from "../state/state-paths.ts";
import { toRunningRelease, type ReleaseIdentity } from "./release-identity.ts";
import type { RunningRelease } from "#shared/domain/host/reported.ts";

type SignedArtifact = ReleaseManifest["artifacts"][number];

/** Name of the file inside its slot: what the run spec asks for, or the artifact's own name. */
function slotFileName(manifest: ReleaseManifest, artifact: SignedArtifact): string {
  return manifest.runSpec.installAs ?? artifact.fileName;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/**
 * The versions of one application that are on this host.
 *
 *     slots/<application>/<sha256>/<file>                        the bytes, read-only, named by their digest
 *     applications/<application>/releases/<release>.json         the verified manifest, so that a revert asks nobody
 *     applications/<application>/current → the slot that serves  for people
 *
 * A file gets into a slot whole or not at all. Two releases with the same bytes share the slot and have a manifest each.
 */
export class SlotStore {
  readonly #paths: ApplicationPaths;

  constructor(paths: ApplicationPaths) {
    this.#paths = paths;
  }

  /** Makes the folders. Only the agent's own user may look into them. */
  async prepare(): Promise<void> {
    for (const folder of [this.#paths.folder, this.#paths.slots, this.#paths.releases])
      await mkdir(folder, { recursive: true, mode: 0o750 });
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
    const artifactPath = this.#filePath(manifest, artifact);
    if (!(await exists(artifactPath))) throw this.#missing(release);
    return { release: toRunningRelease(release), runSpec: manifest.runSpec, artifactPath };
  }

  /** Whether the kept file still has the bytes that were verified when it came. */
  async isIntact(release: RunningRelease): Promise<boolean> {
    try {
      const { artifactPath } = await this.runnable(release);
      return (await sha256OfFile(artifactPath)) === release.digest;
    } catch {
      return false;
    }
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
  async point(release: ReleaseIdentity | undefined): Promise<void> {
    const { current, folder, slots } = this.#paths;
    if (release === undefined) await rm(current, { force: true });
    else {
      const target = relative(folder, join(slots, release.digest));
      if ((await readlink(current).catch(() => "")) === target) return;
      const temporary = temporaryPath(current);
      await symlink(target, temporary);
      await rename(temporary, current);
    }
    await syncFolder(folder);
  }

  /** Removes a version; its bytes go when no kept release shares them. */
  async remove(release: ReleaseIdentity, kept: readonly ReleaseIdentity[]): Promise<void> {
    if (!kept.some((one) => one.digest === release.digest))
      await rm(join(this.#paths.slots, release.digest), { recursive: true, force: true });
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

  #filePath(manifest: ReleaseManifest, artifact: SignedArtifact): string {
    return join(this.#paths.slots, artifact.digests.sha256, slotFileName(manifest, artifact));
  }

  #manifestDocument(releaseId: string): DurableDocument<ReleaseManifest> {
    return new DurableDocument(join(this.#paths.releases, `${releaseId}.json`), releaseManifest);
  }
}
