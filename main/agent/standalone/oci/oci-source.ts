import { RELEASE_MANIFEST_MEDIA_TYPE, type ReleaseManifest } from "#shared/domain/release/manifest.ts";
import { attachedBundles } from "#main/node/oci/client/attached-bundles.ts";
import { getManifest } from "#main/node/oci/client/manifests.ts";
import { indexDocument, isIndexType, manifestDocument } from "#main/node/oci/client/oci-schemas.ts";
import { parseDocument } from "#main/node/oci/client/parse-document.ts";
import type { NamedFile } from "../../bytes/choose-way-to-bytes.ts";
import { receiveOnce } from "../../update/download.ts";
import { checkedManifest, MAX_MANIFEST_BYTES, type ManifestTrust } from "../checked-manifest.ts";
import { noManifest } from "../no-manifest.ts";
import { pause } from "../pause.ts";
import type { ReleaseSource, SourceOffer, SourceTransfer } from "../release-source.ts";
import type { RegistryRepository } from "./registry-repository.ts";

/** What releases in a registry are read with. */
export type OciSourcePorts = ManifestTrust & { readonly productId: string; readonly repository: RegistryRepository };

/** Releases as Rollcall lays them in a registry: an index that names the signed manifest, and bundles that refer to it (ADR 47). */
export class OciSource implements ReleaseSource {
  readonly #ports: OciSourcePorts;

  constructor(ports: OciSourcePorts) {
    this.#ports = ports;
  }

  get place(): string {
    return this.#ports.repository.place;
  }

  get offer(): SourceOffer | undefined {
    return this.#ports.repository.last;
  }

  look(signal: AbortSignal): Promise<SourceOffer> {
    return this.#ports.repository.look(signal);
  }

  /** @throws AppError TRUST_SIGNATURE_INVALID also for what holds files alone, NOT_FOUND, RATE_LIMITED, STORE_*, REMOTE_*. */
  async manifest(version: string, signal: AbortSignal): Promise<ReleaseManifest> {
    const { repository, productId, trust } = this.#ports;
    const found = await repository.document(version, signal);
    const what = `${this.place}:${version}`;
    const entries = isIndexType(found.mediaType) ? parseDocument(indexDocument, found.bytes, what).manifests : [];
    const own = entries.find((one) => one.artifactType === RELEASE_MANIFEST_MEDIA_TYPE);
    const fetched = own && (await getManifest(repository.client, repository.repository, own.digest, signal));
    const [layer] = fetched === undefined ? [] : parseDocument(manifestDocument, fetched.bytes, what).layers;
    if (layer === undefined) throw noManifest(what, trust);
    const bytes = await repository.small(layer, MAX_MANIFEST_BYTES, signal);
    return checkedManifest({ productId, version, bytes }, this.#ports, () => this.#bundles(found.digest, signal));
  }

  fetch({ sha256, sizeBytes }: NamedFile, { into, ...rest }: SourceTransfer): Promise<boolean> {
    const { repository } = this.#ports;
    const ask = (headers: Readonly<Record<string, string>>) => repository.ask(`sha256:${sha256}`, sizeBytes, headers, rest.signal);
    return receiveOnce(ask, { ...rest, path: into, sizeBytes });
  }

  news(intervalMs: number, signal: AbortSignal): Promise<void> {
    return pause(intervalMs, signal);
  }

  async *#bundles(digest: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    const { client, repository } = this.#ports.repository;
    yield* await attachedBundles(client, { repository, digest }, signal);
  }
}
