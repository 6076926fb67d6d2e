import { z } from "zod";
import { manifestDeltas } from "#shared/domain/release/delta-files.ts";
import { releaseManifest, type ReleaseManifest } from "#shared/domain/release/manifest.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { fileName } from "#shared/lib/scalars.ts";
import type { FoundDelta, FoundFile } from "#main/control-plane/ports/release-store.ts";
import { getSmallBlob } from "#main/node/oci/client/blobs.ts";
import { fileLayers, layerTitle } from "#main/node/oci/client/file-layers.ts";
import { sha256Of } from "#main/node/oci/client/content-digest.ts";
import { getManifest } from "#main/node/oci/client/manifests.ts";
import { manifestDocument, type Descriptor, type IndexDocument, type ManifestDocument } from "#main/node/oci/client/oci-schemas.ts";
import { parseDocument } from "#main/node/oci/client/parse-document.ts";
import type { RegistryClient } from "#main/node/oci/client/registry-client.ts";
import { isDelta, isReleaseManifest } from "./describe-document.ts";
import { foundPlatform } from "#shared/domain/artifact/found-platform.ts";
import { inParallel } from "./in-parallel.ts";
import { toLocation } from "./store-location.ts";

const MAX_MANIFESTS = 64;
const MAX_RELEASE_MANIFEST_BYTES = 2 * 1024 * 1024;
const MAX_CONFIG_BYTES = 1024 * 1024;
const AT_ONCE = 4;
const CONFIG_WITH_PLATFORM = /^application\/vnd\.(?:oci\.image\.config\.v1|docker\.container\.image\.v1)\+json$/;

const configPlatform = z.object({ os: z.string().max(100), architecture: z.string().max(100), variant: z.string().max(100).optional() });

/** Reads the files that documents of one release name. */
export class FileReader {
  readonly #client: RegistryClient;
  readonly #repository: string;
  readonly #reference: string;
  readonly #signal: AbortSignal;
  /** One of the manifests was our release manifest, also where an index no longer says so. */
  sawReleaseManifest = false;
  /** Our release manifest's document, where the index names one. */
  #ownDocument: Descriptor | undefined;
  #hasDeltas = false;
  #ownManifest: Promise<ReleaseManifest | undefined> | undefined;

  constructor(client: RegistryClient, repository: string, reference: string, signal: AbortSignal) {
    this.#client = client;
    this.#repository = repository;
    this.#reference = reference;
    this.#signal = signal;
  }

  async ofIndex(index: IndexDocument): Promise<readonly FoundFile[]> {
    this.#ownDocument = index.manifests.find((entry) => isReleaseManifest(entry));
    this.#hasDeltas = index.manifests.some((entry) => isDelta(entry));
    const entries = index.manifests.filter((entry) => !isReleaseManifest(entry) && !isDelta(entry) && entry.platform?.os !== "unknown");
    if (entries.length > MAX_MANIFESTS) {
      throw new AppError("STORE_PROTOCOL", `${this.#repository}:${this.#reference} has more than ${MAX_MANIFESTS} parts.`);
    }
    return (await inParallel(entries, AT_ONCE, (entry) => this.#ofEntry(entry))).flat();
  }

  /** The deltas that our release manifest names; none before {@link ofIndex} has found it. */
  async deltas(): Promise<readonly FoundDelta[]> {
    const manifest = this.#hasDeltas ? await this.ownManifest() : undefined;
    if (manifest === undefined) return [];
    return manifestDeltas(manifest, ({ sha256, sizeBytes }) =>
      toLocation({ repository: this.#repository, digest: `sha256:${sha256}`, sizeBytes }),
    );
  }

  /** Our release manifest, bound to the index by digests; none before {@link ofIndex} has found it. Read once. */
  ownManifest(): Promise<ReleaseManifest | undefined> {
    this.#ownManifest ??= this.#readOwnManifest();
    return this.#ownManifest;
  }

  async #readOwnManifest(): Promise<ReleaseManifest | undefined> {
    if (this.#ownDocument === undefined) return undefined;
    const fetched = await getManifest(this.#client, this.#repository, this.#ownDocument.digest, this.#signal);
    const what = `the release manifest of ${this.#repository}:${this.#reference}`;
    const [layer] = fetched === undefined ? [] : parseDocument(manifestDocument, fetched.bytes, what).layers;
    if (layer === undefined) throw new AppError("STORE_PROTOCOL", `${this.#repository}:${this.#reference} has lost its release manifest.`);
    const place = { repository: this.#repository, digest: layer.digest, sizeBytes: layer.size };
    const bytes = await getSmallBlob(this.#client, place, MAX_RELEASE_MANIFEST_BYTES, this.#signal);
    return parseDocument(releaseManifest, bytes, what);
  }

  async #ofEntry(entry: Descriptor): Promise<readonly FoundFile[]> {
    const fetched = await getManifest(this.#client, this.#repository, entry.digest, this.#signal);
    const what = `${this.#repository}@${entry.digest.slice(0, 19)}`;
    if (fetched === undefined)
      throw new AppError("STORE_PROTOCOL", `${this.#repository}:${this.#reference} names ${what}, which is not there.`);
    const manifest = parseDocument(manifestDocument, fetched.bytes, what);
    // Copying tools rewrite indexes, and may drop the types of what they name.
    if (isDelta(manifest)) this.#hasDeltas = true;
    else if (!isReleaseManifest(manifest)) return this.ofManifest(manifest, foundPlatform(entry));
    else {
      this.sawReleaseManifest = true;
      this.#ownDocument = entry;
    }
    return [];
  }

  async ofManifest(manifest: ManifestDocument, known: string | undefined): Promise<readonly FoundFile[]> {
    const layers = fileLayers(manifest);
    if (layers.length === 0) return [];
    const platform = known ?? foundPlatform(manifest) ?? (await this.#configPlatform(manifest.config));
    return layers.map((layer) => ({
      name: this.#nameOf(layer),
      sizeBytes: layer.size,
      sha256: sha256Of(layer.digest),
      platform: foundPlatform({ annotations: layer.annotations }) ?? platform,
      location: toLocation({ repository: this.#repository, digest: layer.digest, sizeBytes: layer.size }),
    }));
  }

  #nameOf(layer: Descriptor): string {
    return fileName.safeParse(layerTitle(layer)).data ?? `${this.#repository.split("/").at(-1) ?? "file"}-${this.#reference}`.slice(0, 200);
  }

  async #configPlatform(config: Descriptor): Promise<string | undefined> {
    if (!CONFIG_WITH_PLATFORM.test(config.mediaType) || config.size > MAX_CONFIG_BYTES) return undefined;
    const place = { repository: this.#repository, digest: config.digest, sizeBytes: config.size };
    const bytes = await getSmallBlob(this.#client, place, MAX_CONFIG_BYTES, this.#signal);
    const platform = configPlatform.safeParse(parseDocument(z.unknown(), bytes, "an image configuration")).data;
    return foundPlatform({ platform });
  }
}
