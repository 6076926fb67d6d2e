import type { Descriptor } from "#main/node/oci/client/oci-schemas.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { versionOfTag } from "#shared/domain/release/version-tag.ts";
import { blobRequest, getSmallBlob } from "#main/node/oci/client/blobs.ts";
import { getManifest, type FetchedManifest } from "#main/node/oci/client/manifests.ts";
import { indexDocument, manifestDocument } from "#main/node/oci/client/oci-schemas.ts";
import { parseDocument } from "#main/node/oci/client/parse-document.ts";
import type { RegistryClient } from "#main/node/oci/client/registry-client.ts";
import { listTags } from "#main/node/oci/client/tags.ts";
import type { HttpAnswer } from "../../net/http-client.ts";
import type { SourceOffer } from "../release-source.ts";

/** What a repository is looked through for: the tag of the channel that is followed, if one is. */
export type OciWish = { readonly repository: string; readonly channel: string | undefined };

const VERSION = "org.opencontainers.image.version";

/** One repository of a registry, by the versions that its tags name. Remembers what the last look found. */
export class RegistryRepository {
  readonly client: RegistryClient;
  readonly repository: string;
  readonly #channel: string | undefined;
  #tags: ReadonlyMap<string, string> = new Map();
  #last: SourceOffer | undefined;

  constructor(client: RegistryClient, { repository, channel }: OciWish) {
    this.client = client;
    this.repository = repository;
    this.#channel = channel;
  }

  /** For people. */
  get place(): string {
    return `${this.client.reach.registry.host}/${this.repository}`;
  }

  get last(): SourceOffer | undefined {
    return this.#last;
  }

  /** @throws AppError STORE_*, REMOTE_*, RATE_LIMITED. */
  async look(signal: AbortSignal): Promise<SourceOffer> {
    const tags = await listTags(this.client, this.repository, signal);
    const found = new Map<string, string>();
    for (const tag of tags) {
      const version = versionOfTag(tag);
      // Our own form wins over one with a `v`.
      if (version !== undefined && (!found.has(version) || !tag.startsWith("v"))) found.set(version, tag);
    }
    const pointed = this.#channel !== undefined && tags.includes(this.#channel) ? await this.#versionAt(this.#channel, signal) : undefined;
    this.#tags = found;
    this.#last = {
      versions: [...found.keys()].map((version) => ({ version })),
      channels: this.#channel === undefined || pointed === undefined ? {} : { [this.#channel]: pointed },
    };
    return this.#last;
  }

  /** What the tag of a version points at. @throws AppError NOT_FOUND, and as {@link look}. */
  async document(version: string, signal: AbortSignal): Promise<FetchedManifest> {
    if (this.#last === undefined) await this.look(signal);
    const tag = this.#tags.get(version);
    const found = tag === undefined ? undefined : await getManifest(this.client, this.repository, tag, signal);
    if (found !== undefined) return found;
    throw new AppError("NOT_FOUND", `${this.place} has no tag of version ${version}; nothing was installed.`);
  }

  /** A small file whole, its digest checked. */
  small({ digest, size }: Descriptor, maxBytes: number, signal: AbortSignal): Promise<Uint8Array> {
    return getSmallBlob(this.client, { repository: this.repository, digest, sizeBytes: size }, maxBytes, signal);
  }

  /** Asks for a blob, or a part of it. How fast it must come is for whoever reads it; a day is the most. */
  async ask(digest: string, sizeBytes: number, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<HttpAnswer> {
    const place = { repository: this.repository, digest, sizeBytes };
    const request = { ...blobRequest(place, signal), method: "GET", headers, expect: [200, 206, 416], totalMs: 86_400_000 } as const;
    const { status, headers: answered, body } = await this.client.send(request);
    return { status, headers: answered, body };
  }

  /** Which version a channel's tag is, by what stands in its document. */
  async #versionAt(tag: string, signal: AbortSignal): Promise<string | undefined> {
    const found = await getManifest(this.client, this.repository, tag, signal);
    if (found === undefined) return undefined;
    const what = `${this.repository}:${tag}`;
    const { annotations } = parseDocument(indexDocument.or(manifestDocument), found.bytes, what);
    return annotations[VERSION];
  }
}
