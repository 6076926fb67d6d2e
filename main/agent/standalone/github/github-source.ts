import { allAssets } from "#shared/domain/store/github/name-assets.ts";
import type { GithubAsset, GithubRelease } from "#shared/domain/store/github/github-documents.ts";
import { isBundleName, MANIFEST_NAME } from "#shared/domain/store/github/own-document-names.ts";
import type { ReleaseManifest } from "#shared/domain/release/manifest.ts";
import { AppError } from "#shared/errors/app-error.ts";
import type { NamedFile } from "../../bytes/choose-way-to-bytes.ts";
import { receiveOnce } from "../../update/download.ts";
import { checkedManifest, MAX_BUNDLE_BYTES, MAX_MANIFEST_BYTES, type ManifestTrust } from "../checked-manifest.ts";
import { noManifest } from "../no-manifest.ts";
import { pause } from "../pause.ts";
import type { ReleaseSource, SourceOffer, SourceTransfer } from "../release-source.ts";
import type { GithubOffer } from "./github-offer.ts";
import type { GithubReader } from "./github-reader.ts";

/** What releases on GitHub are read with. */
export type GithubSourcePorts = ManifestTrust & { readonly productId: string; readonly reader: GithubReader; readonly offer: GithubOffer };

/** A release of ours has one bundle per key. */
const MAX_BUNDLES = 16;

const isWhole = (asset: GithubAsset): boolean => asset.state === "uploaded";

/** Releases as Rollcall lays them on GitHub: manifest and signatures as assets beside the files (ADR 46). */
export class GithubSource implements ReleaseSource {
  readonly #ports: GithubSourcePorts;
  /** Assets by the digest of the file that a checked manifest says they are. */
  readonly #assets = new Map<string, GithubAsset>();

  constructor(ports: GithubSourcePorts) {
    this.#ports = ports;
  }

  get place(): string {
    return `github:${this.#ports.reader.repository}`;
  }

  get offer(): SourceOffer | undefined {
    return this.#ports.offer.last;
  }

  look(signal: AbortSignal): Promise<SourceOffer> {
    return this.#ports.offer.look(signal);
  }

  /** @throws AppError TRUST_SIGNATURE_INVALID also for a release that is files alone, NOT_FOUND, RATE_LIMITED, STORE_*, REMOTE_*. */
  async manifest(version: string, signal: AbortSignal): Promise<ReleaseManifest> {
    const { reader, offer, productId } = this.#ports;
    const release = await offer.release(version, signal);
    const asset = release.assets.find((one) => one.name === MANIFEST_NAME && isWhole(one));
    if (asset === undefined) throw noManifest(`${release.tag_name} of ${reader.repository}`, this.#ports.trust);
    const bytes = await reader.small(asset, MAX_MANIFEST_BYTES, signal);
    const manifest = await checkedManifest({ productId, version, bytes }, this.#ports, () => this.#bundles(release, signal));
    for (const { name, sha256 } of allAssets(manifest)) {
      const found = release.assets.find((one) => one.name === name && isWhole(one));
      if (found !== undefined) this.#assets.set(sha256, found);
    }
    return manifest;
  }

  async fetch({ sha256, sizeBytes }: NamedFile, { into, ...rest }: SourceTransfer): Promise<boolean> {
    const asset = this.#assets.get(sha256);
    if (asset === undefined)
      throw new AppError("NOT_FOUND", `${this.place} does not have the file that the release names; it was not installed.`);
    const ask = (headers: Readonly<Record<string, string>>) => this.#ports.reader.ask(asset, headers, rest.signal);
    return receiveOnce(ask, { ...rest, path: into, sizeBytes });
  }

  news(intervalMs: number, signal: AbortSignal): Promise<void> {
    return pause(intervalMs, signal);
  }

  async *#bundles({ assets }: GithubRelease, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    const bundles = assets.filter((one) => isBundleName(one.name) && isWhole(one)).slice(0, MAX_BUNDLES);
    for (const one of bundles) yield await this.#ports.reader.small(one, MAX_BUNDLE_BYTES, signal);
  }
}
