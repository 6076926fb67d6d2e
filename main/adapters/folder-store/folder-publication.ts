import { rmdir } from "node:fs/promises";
import { join } from "node:path";
import { errnoOf, isNotFound } from "#main/node/disk-error.ts";
import { writeFileAtomic } from "#main/node/atomic-write.ts";
import { nodeFs } from "#main/node/node-fs.ts";
import type { PlannedStep, PublicationContent, StepContext, StoredLocation } from "#main/control-plane/ports/release-store.ts";
import type { FolderVersion } from "#shared/domain/release/folder-index-document.ts";
import { readFolderIndex } from "./folder-index.ts";
import { verifyFolderFile, writeFolderFile } from "./folder-file-writer.ts";
import {
  BUNDLE_SUFFIX,
  CHECKSUMS_NAME,
  checksumLines,
  allFolderFiles,
  MANIFEST_NAME,
  MARKER_NAME,
  productFolder,
  versionFile,
  versionFolder,
  type FolderFile,
} from "./folder-layout.ts";
import { claimFolder, findOwner, namesIn, releaseFolder, removeTemporary, requireOwn } from "./folder-owner.ts";
import type { FolderVersions } from "./folder-versions.ts";

/** One release on its way into a folder. Every step may be done again. */
export class FolderPublication {
  readonly #versions: FolderVersions;
  readonly #content: PublicationContent;
  readonly #product: string;
  readonly #folder: string;
  readonly #files: readonly FolderFile[];

  constructor(root: string, versions: FolderVersions, content: PublicationContent) {
    this.#versions = versions;
    this.#content = content;
    this.#product = productFolder(root, content.productId);
    this.#folder = versionFolder(root, content.productId, content.manifest.version);
    this.#files = allFolderFiles(content.manifest);
  }

  async run(step: PlannedStep, context: StepContext): Promise<readonly StoredLocation[]> {
    if (step.id === "check") return this.#claim();
    await requireOwn(this.#folder, this.#content.manifestSha256);
    switch (step.id) {
      case "verify":
        for (const file of this.#files) await verifyFolderFile(this.#folder, file, context);
        return [];
      case "describe":
        await this.#write(MANIFEST_NAME, this.#content.manifestBytes);
        await this.#write(CHECKSUMS_NAME, Buffer.from(checksumLines([...this.#files, this.#manifestSum()])));
        return [];
      case "signatures":
        for (const { keyId, bytes } of this.#content.signature?.bundles ?? []) await this.#write(`${keyId}${BUNDLE_SUFFIX}`, bytes);
        return [];
      case "finish":
        return this.#finish();
      default:
        return this.#upload(step, context);
    }
  }

  /** Removes what lies there of this release while it is not visible; then folders that are empty. */
  async abandon(): Promise<void> {
    const { productId, manifest, manifestSha256 } = this.#content;
    if (await this.#versions.has(productId, manifest.version)) return;
    if ((await findOwner(this.#folder, manifestSha256)) === "somebody") return;
    await removeTemporary(this.#folder);
    const ours = new Set([...this.#files.map(({ name }) => name), MANIFEST_NAME, CHECKSUMS_NAME]);
    const names = ((await namesIn(this.#folder)) ?? []).filter((name) => ours.has(name) || name.endsWith(BUNDLE_SUFFIX));
    // The marker last: until then the next try still knows the folder as ours.
    for (const name of [...names, MARKER_NAME]) await nodeFs.rm(join(this.#folder, name), { force: true });
    for (const folder of [this.#folder, this.#product]) await removeEmpty(folder);
  }

  async #claim(): Promise<readonly StoredLocation[]> {
    await readFolderIndex(this.#product);
    await claimFolder(this.#folder, this.#content.manifestSha256);
    return [];
  }

  async #upload(step: PlannedStep, context: StepContext): Promise<readonly StoredLocation[]> {
    const file = this.#files.find((one) => `upload:${one.name}` === step.id);
    if (file === undefined) throw new TypeError(`the folder has no step ${step.id}`);
    await writeFolderFile(this.#folder, file, context);
    const { productId, manifest } = this.#content;
    return [{ sha256: file.sha256, location: { productId, version: manifest.version, name: file.name } }];
  }

  async #finish(): Promise<readonly StoredLocation[]> {
    const { manifest, manifestSha256, productId, applicationName, channels } = this.#content;
    const version: FolderVersion = {
      version: manifest.version,
      releaseId: manifest.releaseId,
      publishedAt: manifest.publishedAt,
      manifestSha256,
      files: this.#files.filter(({ platforms }) => platforms.length > 0).map((file) => ({ ...file, platforms: [...file.platforms] })),
    };
    await this.#versions.add(productId, applicationName, version, channels);
    await releaseFolder(this.#folder);
    await removeTemporary(this.#product);
    return [];
  }

  #manifestSum(): Pick<FolderFile, "name" | "sha256"> {
    return { name: MANIFEST_NAME, sha256: this.#content.manifestSha256 };
  }

  async #write(name: string, bytes: Uint8Array): Promise<void> {
    await writeFileAtomic(versionFile(this.#folder, name), bytes);
  }
}

async function removeEmpty(folder: string): Promise<void> {
  try {
    await rmdir(folder);
  } catch (thrown) {
    if (!isNotFound(thrown) && errnoOf(thrown) !== "ENOTEMPTY" && errnoOf(thrown) !== "EEXIST") throw thrown;
  }
}
