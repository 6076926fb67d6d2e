import { createHash, hash } from "node:crypto";

/** An asset as it lies there. A `starter` is what an upload that was cut leaves: the name is taken, and there are no bytes. */
export type StoredAsset = {
  readonly id: number;
  readonly name: string;
  readonly label: string | null;
  state: "starter" | "uploaded";
  size: number;
  sha256: string;
  /** Undefined for assets above the server's limit, which are counted and hashed only. */
  bytes: Buffer | undefined;
  readonly createdAt: Date;
};

/** A release as it lies there. A draft has the name of its tag, and no tag. */
export type StoredRelease = {
  readonly id: number;
  tag: string;
  name: string | null;
  body: string;
  draft: boolean;
  prerelease: boolean;
  immutable: boolean;
  readonly createdAt: Date;
  publishedAt: Date | null;
  assets: StoredAsset[];
};

/** One repository, and what its owner has set. */
export class GithubState {
  releases: StoredRelease[] = [];
  readonly tags = new Set<string>();
  latestId: number | undefined;
  archived = false;
  isPrivate = false;
  /** An empty repository takes no release, since a tag needs a commit. */
  hasCommits = true;
  /** Releases can never change once they are published. */
  makesImmutable = false;
  /** Whether assets have a digest, which older Enterprise servers do not tell. */
  tellsDigests = true;
  /** Whether bytes are asked of another origin; some Enterprise servers send them themselves, and take no range. */
  redirects = true;
  /** Assets above are not kept. */
  keepBytesBelow = 64 * 2 ** 20;
  #nextId = 1000;

  nextId(): number {
    this.#nextId += 1;
    return this.#nextId;
  }

  addRelease(given: Partial<StoredRelease> & { readonly tag: string }): StoredRelease {
    const release: StoredRelease = {
      id: this.nextId(),
      name: given.tag,
      body: "",
      draft: false,
      prerelease: false,
      immutable: false,
      createdAt: new Date(),
      publishedAt: given.draft === true ? null : new Date(),
      assets: [],
      ...given,
    };
    this.releases.push(release);
    if (!release.draft) this.tags.add(release.tag);
    return release;
  }

  /** Puts a whole asset there, as somebody else's tool would. */
  addAsset(release: StoredRelease, name: string, content: string | Buffer, given: Partial<StoredAsset> = {}): StoredAsset {
    const bytes = Buffer.from(content);
    const asset: StoredAsset = {
      ...this.starter(name, null),
      state: "uploaded",
      size: bytes.length,
      sha256: hash("sha256", bytes),
      bytes,
      ...given,
    };
    release.assets.push(asset);
    return asset;
  }

  starter(name: string, label: string | null): StoredAsset {
    return { id: this.nextId(), name, label, state: "starter", size: 0, sha256: "", bytes: undefined, createdAt: new Date() };
  }

  /** Reads an upload to its end. An upload that is cut throws, and its asset stays a starter. */
  async fill(asset: StoredAsset, source: AsyncIterable<Buffer>): Promise<void> {
    const digest = createHash("sha256");
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of source) {
      digest.update(chunk);
      size += chunk.length;
      if (size <= this.keepBytesBelow) chunks.push(chunk);
      else chunks.length = 0;
    }
    Object.assign(asset, {
      state: "uploaded",
      size,
      sha256: digest.digest("hex"),
      bytes: size <= this.keepBytesBelow ? Buffer.concat(chunks) : undefined,
    });
  }

  findAsset(assetId: number): { readonly release: StoredRelease; readonly asset: StoredAsset } | undefined {
    for (const release of this.releases) {
      const asset = release.assets.find((one) => one.id === assetId);
      if (asset !== undefined) return { release, asset };
    }
    return undefined;
  }
}
