import type { BlobStore, ByteRange } from "../ports/blob-store.ts";
import { referrersTag } from "./oci-documents.ts";
import { readClosure, type OciMember } from "./oci-closure.ts";

/** A manifest or an index as a registry serves it. */
export type RegistryManifest = OciMember & { readonly mediaType: string };

/**
 * The local store as an OCI registry reads it: one repository per product id, one tag per published version. A digest
 * belongs to a repository when one of its tags reaches it; nothing else of the store can be read through it.
 */
export class Registry {
  readonly #blobs: BlobStore;
  /** By digest of the index. Content-addressed documents never change, so an entry is good for ever. */
  readonly #closures = new Map<string, Promise<ReadonlyMap<string, OciMember>>>();

  constructor(blobs: BlobStore) {
    this.#blobs = blobs;
  }

  /** Tags of a repository in lexical order, without those that only list signatures. Empty when the repository does not exist. */
  async tags(productId: string): Promise<readonly string[]> {
    return (await this.#blobs.tags(productId)).map(({ tag }) => tag).filter((tag) => !/^sha256-[0-9a-f]{64}$/.test(tag));
  }

  /** The index of what is attached to a document, as the referrers API answers it (distribution-spec, end-12a). */
  findReferrers(productId: string, sha256: string): Promise<RegistryManifest | undefined> {
    return this.findManifest(productId, { tag: referrersTag(sha256) });
  }

  /** The manifest that a tag, or a digest in lower-case hex, names. */
  async findManifest(
    productId: string,
    reference: { readonly tag: string } | { readonly sha256: string },
  ): Promise<RegistryManifest | undefined> {
    const tags = await this.#blobs.tags(productId);
    const sha256 = "tag" in reference ? tags.find(({ tag }) => tag === reference.tag)?.target.sha256 : reference.sha256;
    const member = sha256 === undefined ? undefined : await this.#find(productId, sha256);
    return member?.mediaType === undefined ? undefined : { ...member, mediaType: member.mediaType };
  }

  /** Any member of the repository by digest. */
  findBlob(productId: string, sha256: string): Promise<OciMember | undefined> {
    return this.#find(productId, sha256);
  }

  /** Opens a blob that one of the finders answered. */
  open(sha256: string, range?: ByteRange): Promise<AsyncIterable<Uint8Array>> {
    return this.#blobs.open(sha256, range);
  }

  /** Digests of everything that any tag reaches. */
  async reachable(): Promise<ReadonlySet<string>> {
    const reached = new Set<string>();
    for (const { target } of await this.#blobs.tags()) for (const sha256 of (await this.#closure(target)).keys()) reached.add(sha256);
    return reached;
  }

  async #find(productId: string, sha256: string): Promise<OciMember | undefined> {
    for (const { target } of await this.#blobs.tags(productId)) {
      const member = (await this.#closure(target)).get(sha256);
      if (member !== undefined) return member;
    }
    return undefined;
  }

  #closure(target: Parameters<typeof readClosure>[1]): Promise<ReadonlyMap<string, OciMember>> {
    const known = this.#closures.get(target.sha256);
    if (known !== undefined) return known;
    const reading = readClosure(this.#blobs, target);
    this.#closures.set(target.sha256, reading);
    reading.catch(() => this.#closures.delete(target.sha256));
    return reading;
  }
}
