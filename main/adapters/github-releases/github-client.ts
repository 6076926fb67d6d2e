import type { z } from "zod";
import { AppError } from "#shared/errors/app-error.ts";
import type { StoreSecret } from "#shared/domain/store/store.ts";
import type { ByteRange } from "../../control-plane/ports/blob-store.ts";
import { type AssetAnswer, readAssetAnswer } from "./asset-answer.ts";
import { boundedFetch } from "./bounded-fetch.ts";
import {
  type GithubAsset,
  type GithubRelease,
  type GithubRepository,
  githubAsset,
  githubRelease,
  githubRepository,
  githubUser,
} from "#shared/domain/store/github/github-documents.ts";
import { toGithubFailure } from "./github-failure.ts";
import type { GithubSurroundings } from "./github-surroundings.ts";
import { type GithubOctokit, makeOctokit } from "./make-octokit.ts";
import { expectSafeApiUrl, isTrustedOrigin } from "./trusted-origin.ts";

/** Ten pages of a hundred: what the port answers at most, and far beyond where a draft of ours can stand. */
const MAX_PAGES = 10;
const PER_PAGE = 100;

/** Where the releases of one repository lie. */
export type GithubPlace = { readonly apiUrl: string; readonly owner: string; readonly repository: string };

/** What a release is made of or changed to (OpenAPI: repos/create-release, repos/update-release). */
export type ReleaseChange = {
  readonly body?: string;
  readonly draft?: boolean;
  readonly prerelease?: boolean;
  readonly make_latest?: "true" | "false";
};

/** An asset on its way up. */
export type AssetUpload = {
  readonly name: string;
  readonly label: string;
  readonly sizeBytes: number;
  readonly body: ReadableStream<Uint8Array>;
};

/** How a call says what was left undone, when it fails. */
type Call<T> = {
  readonly undone: string;
  readonly signal: AbortSignal;
  readonly run: (octokit: GithubOctokit, ids: RepositoryIds) => Promise<T>;
};
type RepositoryIds = { readonly owner: string; readonly repo: string };

/**
 * The calls that publishing needs, each with its answer checked and its failure told in our words. A signal ends every
 * call; reads are tried again twice, writes that make something never, since their answer may have been lost on the way.
 */
export class GithubClient {
  readonly place: GithubPlace;
  readonly #surroundings: GithubSurroundings;
  readonly #readSecret: () => Promise<StoreSecret | undefined>;
  readonly #octokit: GithubOctokit;
  #token: string | undefined;

  constructor(place: GithubPlace, readSecret: () => Promise<StoreSecret | undefined>, surroundings: GithubSurroundings) {
    this.place = place;
    this.#surroundings = surroundings;
    this.#readSecret = readSecret;
    const fetch = boundedFetch({ apiUrl: place.apiUrl, clock: surroundings.clock, readToken: () => this.#token });
    this.#octokit = makeOctokit(place.apiUrl, fetch, surroundings);
  }

  /** `owner/repository`, for sentences. */
  get repositoryName(): string {
    return `${this.place.owner}/${this.place.repository}`;
  }

  /** The repository, and when the token ends, where GitHub says so. */
  async repository(signal: AbortSignal): Promise<{ readonly repository: GithubRepository; readonly tokenEnds: string | undefined }> {
    const answer = await this.#call({
      undone: "nothing was done",
      signal,
      run: (octokit, ids) => octokit.rest.repos.get({ ...ids, request: { signal } }),
    });
    const ends = answer.headers["github-authentication-token-expiration"];
    return { repository: this.#read(githubRepository, answer.data), tokenEnds: typeof ends === "string" ? ends : undefined };
  }

  /** Whether a token is set at all. */
  async hasToken(): Promise<boolean> {
    return (await this.#readSecret()) !== undefined;
  }

  /** Login of the token's account. Tokens of GitHub Apps have none, and are refused. */
  async login(signal: AbortSignal): Promise<string> {
    const answer = await this.#call({
      undone: "the account is not known",
      signal,
      run: (octokit) => octokit.rest.users.getAuthenticated({ request: { signal } }),
    });
    return this.#read(githubUser, answer.data).login;
  }

  /** A published release by its tag; drafts have none. */
  async releaseByTag(tag: string, signal: AbortSignal): Promise<GithubRelease | undefined> {
    const run = (octokit: GithubOctokit, ids: RepositoryIds) => octokit.rest.repos.getReleaseByTag({ ...ids, tag, request: { signal } });
    return this.#found(async () => this.#read(githubRelease, (await this.#call({ undone: "nothing was done", signal, run })).data));
  }

  /** A release by its id, a draft too. */
  async release(releaseId: number, signal: AbortSignal): Promise<GithubRelease | undefined> {
    const run = (octokit: GithubOctokit, ids: RepositoryIds) =>
      octokit.rest.repos.getRelease({ ...ids, release_id: releaseId, request: { signal } });
    return this.#found(async () => this.#read(githubRelease, (await this.#call({ undone: "nothing was done", signal, run })).data));
  }

  /** The newest releases, at most 1,000; drafts only with a token that may write. */
  async releases(signal: AbortSignal): Promise<readonly GithubRelease[]> {
    return this.#pages(githubRelease, signal, (octokit, ids, page) =>
      octokit.rest.repos.listReleases({ ...ids, per_page: PER_PAGE, page, request: { signal } }),
    );
  }

  async createDraft(
    release: { readonly tag: string; readonly name: string; readonly body: string; readonly prerelease: boolean },
    signal: AbortSignal,
  ): Promise<GithubRelease> {
    const { tag, ...rest } = release;
    const answer = await this.#call({
      undone: "the draft was not made",
      signal,
      run: (octokit, ids) =>
        octokit.rest.repos.createRelease({ ...ids, tag_name: tag, ...rest, draft: true, request: { signal, retries: 0 } }),
    });
    return this.#read(githubRelease, answer.data);
  }

  async changeRelease(releaseId: number, change: ReleaseChange, undone: string, signal: AbortSignal): Promise<GithubRelease> {
    const answer = await this.#call({
      undone,
      signal,
      run: (octokit, ids) => octokit.rest.repos.updateRelease({ ...ids, release_id: releaseId, ...change, request: { signal } }),
    });
    return this.#read(githubRelease, answer.data);
  }

  /** Deletes a release with its assets; the tag stays. One that is gone already is no error. */
  async deleteRelease(releaseId: number, signal: AbortSignal): Promise<void> {
    const run = (octokit: GithubOctokit, ids: RepositoryIds) =>
      octokit.rest.repos.deleteRelease({ ...ids, release_id: releaseId, request: { signal } });
    await this.#found(() => this.#call({ undone: "the draft was not removed", signal, run }));
  }

  /** All assets of a release, those that a cut upload left behind too. */
  async assets(releaseId: number, signal: AbortSignal): Promise<readonly GithubAsset[]> {
    return this.#pages(githubAsset, signal, (octokit, ids, page) =>
      octokit.rest.repos.listReleaseAssets({ ...ids, release_id: releaseId, per_page: PER_PAGE, page, request: { signal } }),
    );
  }

  /** Deletes an asset; one that is gone already is no error. */
  async deleteAsset(asset: GithubAsset, signal: AbortSignal): Promise<void> {
    const run = (octokit: GithubOctokit, ids: RepositoryIds) =>
      octokit.rest.repos.deleteReleaseAsset({ ...ids, asset_id: asset.id, request: { signal } });
    await this.#found(() => this.#call({ undone: `the asset ${asset.name} was not removed`, signal, run }));
  }

  /**
   * Sends an asset as a stream, to wherever the release says. Octokit's own `uploadReleaseAsset` is typed for text and
   * would want the whole file; its request takes a stream, so that memory stays flat.
   * @throws AppError STORE_CONFLICT with `details.reason` `already_exists` when the name is taken.
   */
  async uploadAsset(release: GithubRelease, { name, label, sizeBytes, body }: AssetUpload, signal: AbortSignal): Promise<GithubAsset> {
    if (!isTrustedOrigin(this.place.apiUrl, release.upload_url.replace(/\{.*$/, ""))) {
      throw new AppError("STORE_PROTOCOL", `GitHub names a place for uploads that is not its own; the asset ${name} was not sent.`);
    }
    const headers = { "content-type": "application/octet-stream", "content-length": sizeBytes };
    const answer = await this.#call({
      undone: `the asset ${name} was not sent`,
      signal,
      run: (octokit) =>
        octokit.request({ method: "POST", url: release.upload_url, name, label, data: body, headers, request: { signal, retries: 0 } }),
    });
    return this.#read(githubAsset, answer.data);
  }

  /** Asks for the bytes of an asset. GitHub sends them, or says where they lie; that place must not get the token. */
  async assetContent(assetId: number, range: ByteRange | undefined, signal: AbortSignal): Promise<AssetAnswer> {
    const headers = { accept: "application/octet-stream", ...(range !== undefined && { range: `bytes=${range.first}-${range.last}` }) };
    const answer = await this.#call({
      undone: "the file was not read",
      signal,
      run: (octokit, ids) =>
        octokit.rest.repos.getReleaseAsset({
          ...ids,
          asset_id: assetId,
          headers,
          request: { signal, redirect: "manual", parseSuccessResponseBody: false },
        }),
    });
    return readAssetAnswer(answer);
  }

  /** Runs one request with a token that was read just now, and tells its failure. */
  async #call<T>({ undone, signal, run }: Call<T>): Promise<T> {
    expectSafeApiUrl(this.place.apiUrl);
    this.#token = (await this.#readSecret())?.password;
    try {
      return await run(this.#octokit, { owner: this.place.owner, repo: this.place.repository });
    } catch (thrown) {
      if (signal.aborted) throw new AppError("CANCELLED", `The request to GitHub was cancelled; ${undone}.`);
      throw toGithubFailure(thrown, { undone, repository: this.repositoryName, token: this.#token, now: this.#surroundings.clock.now() });
    }
  }

  async #pages<T extends z.ZodType>(
    schema: T,
    signal: AbortSignal,
    ask: (octokit: GithubOctokit, ids: RepositoryIds, page: number) => Promise<{ readonly data: readonly unknown[] }>,
  ): Promise<readonly z.infer<T>[]> {
    const all: z.infer<T>[] = [];
    for (let page = 1; page <= MAX_PAGES; page += 1) {
      const { data } = await this.#call({ undone: "nothing was done", signal, run: (octokit, ids) => ask(octokit, ids, page) });
      const read = this.#read(schema.array().max(PER_PAGE), data);
      all.push(...read);
      if (read.length < PER_PAGE) break;
    }
    return all;
  }

  async #found<T>(ask: () => Promise<T>): Promise<T | undefined> {
    try {
      return await ask();
    } catch (thrown) {
      if (thrown instanceof AppError && thrown.code === "STORE_NOT_FOUND") return undefined;
      throw thrown;
    }
  }

  #read<T extends z.ZodType>(schema: T, data: unknown): z.infer<T> {
    const read = schema.safeParse(data);
    if (read.success) return read.data;
    const place = read.error.issues[0]?.path.join(".") ?? "";
    throw new AppError(
      "STORE_PROTOCOL",
      `GitHub's answer is not what its API describes${place === "" ? "" : ` (${place})`}; it was not used.`,
    );
  }
}
