import { AppError } from "#shared/errors/app-error.ts";
import { OneAtATime } from "#main/node/one-at-a-time.ts";
import { productFolder } from "./folder-layout.ts";
import type { FolderIndex, FolderVersion } from "#shared/domain/release/folder-index-document.ts";
import { readFolderIndex, withoutVersion, withVersion, writeFolderIndex } from "./folder-index.ts";

/** What people and tools find in a folder: the versions and channels of its indexes. Changes are made one at a time. */
export class FolderVersions {
  readonly #root: string;
  readonly #changes = new OneAtATime();

  constructor(root: string) {
    this.#root = root;
  }

  /** Makes a version visible, with the channels that point at it. Doing it again changes nothing. */
  add(productId: string, applicationName: string, version: FolderVersion, channels: readonly string[]): Promise<void> {
    return this.#changes.run(async () => {
      const folder = productFolder(this.#root, productId);
      const empty: FolderIndex = { kind: "rollcall.folder-index", schema: 1, productId, name: applicationName, versions: [], channels: {} };
      await writeFolderIndex(folder, withVersion((await readFolderIndex(folder)) ?? empty, version, channels));
    });
  }

  /** @throws AppError STORE_NOT_FOUND when the version is not there. */
  moveChannel(productId: string, channel: string, version: string): Promise<void> {
    return this.#changes.run(async () => {
      const folder = productFolder(this.#root, productId);
      const index = await readFolderIndex(folder);
      if (index?.versions.some((one) => one.version === version) !== true)
        throw new AppError("STORE_NOT_FOUND", `${folder} has no version ${version}; the channel ${channel} was not moved.`);
      await writeFolderIndex(folder, { ...index, channels: { ...index.channels, [channel]: version } });
    });
  }

  /** Takes a version and the channels that point at it out of the index. Answers whether it was there. */
  remove(productId: string, version: string): Promise<boolean> {
    return this.#changes.run(async () => {
      const folder = productFolder(this.#root, productId);
      const index = await readFolderIndex(folder);
      if (index?.versions.some((one) => one.version === version) !== true) return false;
      await writeFolderIndex(folder, withoutVersion(index, version));
      return true;
    });
  }

  /** Whether a version is visible. */
  async has(productId: string, version: string): Promise<boolean> {
    const index = await readFolderIndex(productFolder(this.#root, productId));
    return index?.versions.some((one) => one.version === version) === true;
  }
}
