import { createHash, hash, randomUUID, sign, type KeyObject } from "node:crypto";
import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { BUNDLE_V03_MEDIA_TYPE, bundleToJSON, toDSSEBundle } from "@sigstore/bundle";
import type { FolderIndex } from "#shared/domain/release/folder-index-document.ts";
import type { ReleaseManifest } from "#shared/domain/release/manifest.ts";
import { preAuthenticationEncoding, releaseStatement, STATEMENT_TYPE } from "#shared/domain/release/release-statement.ts";
import { runSpec, type RunSpec } from "#shared/domain/release/run-spec.ts";
import { applicationId, releaseId } from "#shared/lib/ids.ts";
import { makeKey, type SigningKey } from "#test/fakes/tuf-documents.ts";

/** Somebody who signs releases. */
export type FolderSigner = { readonly key: KeyObject; readonly keyId: string; readonly publicKey: string };

/** A signer with a key of its own, or with one that somebody has. */
export function aFolderSigner({ key, privateKey }: SigningKey = makeKey()): FolderSigner {
  const publicKey = Buffer.from(key.keyVal["public"] ?? "", "hex").toString("base64url");
  return { key: privateKey, keyId: key.keyID, publicKey };
}

/** What lies in the folder for one version. */
export type FolderRelease = {
  readonly version: string;
  readonly bytes: Buffer;
  readonly runSpec: Partial<RunSpec>;
  readonly signers: readonly FolderSigner[];
  /** Changes the manifest after it was signed. */
  readonly forge?: (manifest: ReleaseManifest) => ReleaseManifest;
  readonly applicationId?: string;
};

export const FOLDER_PRODUCT = "org.example.web";
export const FOLDER_APPLICATION = applicationId.parse("0e0f3c3c-4f0c-4a2e-9a51-2f5b8a4a7c11");

const hex = (algorithm: string, bytes: Buffer): string => createHash(algorithm).update(bytes).digest("hex");

/** A product's folder as a folder store leaves it, written by hand, so that it can be wrong where a test wants it. */
export class ReleaseFolderOnDisk {
  readonly folder: string;
  #index: FolderIndex = { kind: "rollcall.folder-index", schema: 1, productId: FOLDER_PRODUCT, name: "Web", versions: [], channels: {} };

  constructor(folder: string) {
    this.folder = folder;
  }

  /** Writes a version whole, the index last and at once. */
  async publish(release: FolderRelease): Promise<ReleaseManifest> {
    const { version, bytes, signers, forge = (manifest) => manifest } = release;
    const digests = { sha256: hex("sha256", bytes), sha1: hex("sha1", bytes), sha512: hex("sha512", bytes) };
    const manifest: ReleaseManifest = {
      schema: 1,
      applicationId: applicationId.parse(release.applicationId ?? FOLDER_APPLICATION),
      productId: FOLDER_PRODUCT,
      kind: "process",
      releaseId: releaseId.parse(randomUUID()),
      version,
      publishedAt: Date.now(),
      runSpec: runSpec.parse({ command: process.execPath, arguments: ["{artifact}"], installAs: "service.mjs", ...release.runSpec }),
      artifacts: [{ platform: "any", fileName: "service.mjs", sizeBytes: bytes.length, digests, format: "script" }],
    };
    const place = join(this.folder, version);
    await mkdir(place, { recursive: true });
    await writeFile(join(place, "service.mjs"), bytes);
    const signed = Buffer.from(JSON.stringify(manifest));
    await writeFile(join(place, "release.json"), JSON.stringify(forge(manifest)));
    for (const signer of signers)
      await writeFile(join(place, `${signer.keyId}.sigstore.json`), bundleOf(manifest, hash("sha256", signed), signer));
    const files = [{ name: "service.mjs", platforms: ["any"], sizeBytes: bytes.length, sha256: digests.sha256 }];
    const entry = {
      version,
      releaseId: manifest.releaseId,
      publishedAt: manifest.publishedAt,
      manifestSha256: hash("sha256", signed),
      files,
    };
    await this.setIndex({ ...this.#index, versions: [...this.#index.versions.filter((one) => one.version !== version), entry] });
    return manifest;
  }

  /** Replaces the index, whole. */
  async setIndex(index: FolderIndex): Promise<void> {
    this.#index = index;
    await writeFile(join(this.folder, "index.tmp"), JSON.stringify(index));
    await rename(join(this.folder, "index.tmp"), join(this.folder, "index.json"));
  }

  /** Moves a channel. */
  moveChannel(channel: string, version: string): Promise<void> {
    return this.setIndex({ ...this.#index, channels: { ...this.#index.channels, [channel]: version } });
  }
}

function bundleOf(manifest: ReleaseManifest, manifestSha256: string, { key }: FolderSigner): string {
  const payload = releaseStatement({ manifest, manifestSha256, indexSha256: "0".repeat(64), applicationName: "Web" });
  const signature = sign(null, Buffer.from(preAuthenticationEncoding(STATEMENT_TYPE, payload)), key);
  const bundle = toDSSEBundle({ artifact: Buffer.from(payload), artifactType: STATEMENT_TYPE, signature, keyHint: "x" });
  if (bundle.mediaType !== BUNDLE_V03_MEDIA_TYPE) throw new Error("another bundle than releases carry");
  return JSON.stringify(bundleToJSON(bundle));
}
