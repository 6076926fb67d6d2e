import type { GithubRelease } from "#shared/domain/store/github/github-documents.ts";
import { isTagOfProduct, versionOfTag } from "#shared/domain/store/github/release-tag.ts";
import { AppError } from "#shared/errors/app-error.ts";
import type { SourceOffer } from "../release-source.ts";
import type { SourceConfigOf } from "../source-config.ts";
import type { GithubReader } from "./github-reader.ts";

/** What a repository is looked through for. */
export type GithubWish = {
  readonly productId: string;
  readonly source: SourceConfigOf<"github">;
  /** Whether a channel is followed, which costs one request more. */
  readonly wantsLatest: boolean;
};

/** The one channel that GitHub knows: what it shows as "Latest" (ADR 46). */
const CHANNEL = "stable";

/** The releases of one product in a repository, by their versions. Remembers what the last look found. */
export class GithubOffer {
  readonly #reader: GithubReader;
  readonly #wish: GithubWish;
  #found: ReadonlyMap<string, GithubRelease> = new Map();
  #last: SourceOffer | undefined;

  constructor(reader: GithubReader, wish: GithubWish) {
    this.#reader = reader;
    this.#wish = wish;
  }

  get last(): SourceOffer | undefined {
    return this.#last;
  }

  /** @throws AppError as {@link GithubReader.releases}. */
  async look(signal: AbortSignal): Promise<SourceOffer> {
    const found = new Map<string, GithubRelease>();
    for (const release of await this.#reader.releases(signal)) {
      const version = this.#versionOf(release);
      // The newest with a version: a tag that names it a second time is somebody's mistake.
      if (version !== undefined && !found.has(version)) found.set(version, release);
    }
    const latest = this.#wish.wantsLatest ? await this.#reader.latest(signal) : undefined;
    const version = latest && this.#versionOf(latest);
    if (latest !== undefined && version !== undefined && !found.has(version)) found.set(version, latest);
    this.#found = found;
    this.#last = {
      versions: [...found].map(([one, { prerelease }]) => ({ version: one, isPrerelease: prerelease })),
      channels: version === undefined ? {} : { [CHANNEL]: version },
    };
    return this.#last;
  }

  /** @throws AppError NOT_FOUND, and as {@link look}. */
  async release(version: string, signal: AbortSignal): Promise<GithubRelease> {
    if (this.#last === undefined) await this.look(signal);
    const found = this.#found.get(version);
    if (found !== undefined) return found;
    throw new AppError("NOT_FOUND", `${this.#reader.repository} has no release of version ${version}; nothing was installed.`);
  }

  #versionOf({ tag_name: tag }: GithubRelease): string | undefined {
    const { productId, source } = this.#wish;
    if (tag.length > 256 || !isTagOfProduct(source.tagPrefix, productId, tag)) return undefined;
    return versionOfTag(source.tagPrefix, productId, tag);
  }
}
