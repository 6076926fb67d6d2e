import { hash } from "node:crypto";
import { folderIndex, type FolderIndex } from "#shared/domain/release/folder-index-document.ts";
import { releaseManifest, type ReleaseManifest } from "#shared/domain/release/manifest.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { semver } from "#shared/lib/scalars.ts";
import type { NamedFile } from "../bytes/choose-way-to-bytes.ts";
import { readPinnedQuorum, type PinnedQuorum } from "./pinned-quorum.ts";
import { INDEX, MAX_INDEX_BYTES, type ReleaseTree, type TreeFetch } from "./release-tree.ts";
import { signedSubjects } from "./signed-subjects.ts";
import type { TrustConfig } from "./standalone-config.ts";

const MAX_MANIFEST_BYTES = 512_000;
const MAX_BUNDLE_BYTES = 1_500_000;

/** What a folder is read for: one product, trusted in one way. */
export type ReleaseFolderPorts = {
  readonly productId: string;
  readonly tree: ReleaseTree;
  readonly trust: TrustConfig;
  readonly now: () => number;
};

/**
 * A product's releases as a folder store wrote them. The index only says what there is; what is installed stands in the
 * manifest that the pinned quorum signed, and the bytes must have the digest that stands there.
 */
export class ReleaseFolder {
  readonly #ports: ReleaseFolderPorts;
  #index: FolderIndex | undefined;

  constructor(ports: ReleaseFolderPorts) {
    this.#ports = ports;
  }

  /** The index as it was read last. */
  get index(): FolderIndex | undefined {
    return this.#index;
  }

  /** @throws AppError NOT_FOUND, INPUT_INVALID when the folder is another product's or no release folder, REMOTE_*. */
  async look(signal: AbortSignal): Promise<FolderIndex> {
    const { tree, productId } = this.#ports;
    const bytes = await tree.read(INDEX, MAX_INDEX_BYTES, signal);
    if (bytes === undefined) throw new AppError("NOT_FOUND", `${tree.place} has no ${INDEX}; there is nothing to install.`);
    const parsed = folderIndex.safeParse(parse(bytes));
    if (!parsed.success)
      throw new AppError("INPUT_INVALID", `${INDEX} of ${tree.place} is not what a folder of releases begins with; it was not used.`);
    if (parsed.data.productId !== productId)
      throw new AppError("INPUT_INVALID", `${tree.place} holds ${parsed.data.productId}, not ${productId}; it was not used.`);
    this.#index = parsed.data;
    return parsed.data;
  }

  /**
   * The manifest of a version, once enough of the pinned keys have signed exactly these bytes.
   *
   * @throws AppError TRUST_SIGNATURE_INVALID, TRUST_METADATA_EXPIRED, NOT_FOUND, REMOTE_*.
   */
  async manifest(version: string, signal: AbortSignal): Promise<ReleaseManifest> {
    const { tree, trust, productId, now } = this.#ports;
    const bytes = await tree.read(`${semver.parse(version)}/release.json`, MAX_MANIFEST_BYTES, signal);
    if (bytes === undefined) throw new AppError("NOT_FOUND", `${tree.place} has no manifest of version ${version}; it was not installed.`);
    const quorum = await readPinnedQuorum(trust, now());
    if (quorum !== undefined) await this.#requireSigned(version, bytes, quorum, signal);
    const parsed = releaseManifest.safeParse(parse(bytes));
    if (!parsed.success || parsed.data.productId !== productId || parsed.data.version !== version)
      throw new AppError(
        "TRUST_SIGNATURE_INVALID",
        `The manifest of version ${version} is not about ${productId} ${version}; it was not installed.`,
      );
    return parsed.data;
  }

  /** Makes one try to bring a file that a manifest names; the index knows under which name it lies. */
  async fetch(file: NamedFile, transfer: Pick<TreeFetch, "into" | "signal" | "onProgress">): Promise<boolean> {
    const index = this.#index ?? (await this.look(transfer.signal));
    for (const { version, files } of index.versions) {
      const found = files.find((one) => one.sha256 === file.sha256);
      if (found !== undefined) return this.#ports.tree.fetch({ ...transfer, path: `${version}/${found.name}`, sizeBytes: file.sizeBytes });
    }
    throw new AppError("NOT_FOUND", `${this.#ports.tree.place} does not have the file that the release names; it was not installed.`);
  }

  async #requireSigned(version: string, manifest: Buffer, { keys, threshold }: PinnedQuorum, signal: AbortSignal): Promise<void> {
    const sha256 = hash("sha256", manifest);
    let signatures = 0;
    for (const [id, key] of keys) {
      const bytes = await this.#ports.tree.read(`${version}/${id}.sigstore.json`, MAX_BUNDLE_BYTES, signal);
      const isSigned =
        bytes !== undefined && signedSubjects(bytes, key).some((one) => one.name === `${version}.json` && one.sha256 === sha256);
      signatures += Number(isSigned);
      if (signatures >= threshold) return;
    }
    throw new AppError(
      "TRUST_SIGNATURE_INVALID",
      `Version ${version} has ${signatures} of the ${threshold} signatures that this host asks for; it was not installed.`,
      { details: { version, signatures, threshold } },
    );
  }
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch {
    return undefined;
  }
}
