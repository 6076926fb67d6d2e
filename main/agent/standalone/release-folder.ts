import { folderIndex, type FolderIndex } from "#shared/domain/release/folder-index-document.ts";
import type { ReleaseManifest } from "#shared/domain/release/manifest.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { semver } from "#shared/lib/scalars.ts";
import type { NamedFile } from "../bytes/choose-way-to-bytes.ts";
import { checkedManifest, MAX_BUNDLE_BYTES, MAX_MANIFEST_BYTES, type ManifestTrust } from "./checked-manifest.ts";
import { parseJson } from "./parse-json.ts";
import type { ReleaseSource, SourceTransfer } from "./release-source.ts";
import { INDEX, MAX_INDEX_BYTES, type ReleaseTree } from "./release-tree.ts";

/** What a folder is read for: one product, trusted in one way. */
export type ReleaseFolderPorts = ManifestTrust & { readonly productId: string; readonly tree: ReleaseTree };

/**
 * A product's releases as a folder store wrote them. The index only says what there is; what is installed stands in the
 * manifest that the pinned quorum signed, and the bytes must have the digest that stands there.
 */
export class ReleaseFolder implements ReleaseSource {
  readonly #ports: ReleaseFolderPorts;
  #index: FolderIndex | undefined;

  constructor(ports: ReleaseFolderPorts) {
    this.#ports = ports;
  }

  get place(): string {
    return this.#ports.tree.place;
  }

  get offer(): FolderIndex | undefined {
    return this.#index;
  }

  /** @throws AppError NOT_FOUND, INPUT_INVALID when the folder is another product's or no release folder, REMOTE_*. */
  async look(signal: AbortSignal): Promise<FolderIndex> {
    const { tree, productId } = this.#ports;
    const bytes = await tree.read(INDEX, MAX_INDEX_BYTES, signal);
    if (bytes === undefined) throw new AppError("NOT_FOUND", `${tree.place} has no ${INDEX}; there is nothing to install.`);
    const parsed = folderIndex.safeParse(parseJson(bytes));
    if (!parsed.success)
      throw new AppError("INPUT_INVALID", `${INDEX} of ${tree.place} is not what a folder of releases begins with; it was not used.`);
    if (parsed.data.productId !== productId)
      throw new AppError("INPUT_INVALID", `${tree.place} holds ${parsed.data.productId}, not ${productId}; it was not used.`);
    this.#index = parsed.data;
    return parsed.data;
  }

  /** @throws AppError TRUST_SIGNATURE_INVALID, TRUST_METADATA_EXPIRED, NOT_FOUND, REMOTE_*. */
  async manifest(version: string, signal: AbortSignal): Promise<ReleaseManifest> {
    const { tree, productId } = this.#ports;
    const bytes = await tree.read(`${semver.parse(version)}/release.json`, MAX_MANIFEST_BYTES, signal);
    if (bytes === undefined) throw new AppError("NOT_FOUND", `${tree.place} has no manifest of version ${version}; it was not installed.`);
    return checkedManifest({ productId, version, bytes }, this.#ports, (keyIds) => this.#bundles(version, keyIds, signal));
  }

  /** The index knows under which name a file lies. */
  async fetch(file: NamedFile, transfer: SourceTransfer): Promise<boolean> {
    const index = this.#index ?? (await this.look(transfer.signal));
    for (const { version, files } of index.versions) {
      const found = files.find((one) => one.sha256 === file.sha256);
      if (found !== undefined) return this.#ports.tree.fetch({ ...transfer, path: `${version}/${found.name}`, sizeBytes: file.sizeBytes });
    }
    throw new AppError("NOT_FOUND", `${this.place} does not have the file that the release names; it was not installed.`);
  }

  news(intervalMs: number, signal: AbortSignal): Promise<void> {
    return this.#ports.tree.news(intervalMs, signal);
  }

  async *#bundles(version: string, keyIds: Iterable<string>, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    for (const id of keyIds) {
      const bytes = await this.#ports.tree.read(`${version}/${id}.sigstore.json`, MAX_BUNDLE_BYTES, signal);
      if (bytes !== undefined) yield bytes;
    }
  }
}
