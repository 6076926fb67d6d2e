import type { z } from "zod";
import { githubRelease, type GithubAsset, type GithubRelease } from "#shared/domain/store/github/github-documents.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { AGENT_VERSION } from "../../agent-version.ts";
import { sendFollowing } from "../../net/follow-redirects.ts";
import { HttpClient, type HttpAnswer } from "../../net/http-client.ts";
import { readBody } from "../../net/read-body.ts";
import { parseJson } from "../parse-json.ts";
import type { SourceConfigOf } from "../source-config.ts";
import { readTokenFile } from "../token-file.ts";
import { githubRefusal } from "./github-refusal.ts";

type Known = { readonly etag: string; readonly value: unknown };

/** A hundred releases with their assets stay far below. */
const MAX_ANSWER_BYTES = 32 * 1024 * 1024;
/** What one look sees: the newest hundred releases, since each further page would cost a request of the hour's few. */
const PER_PAGE = 100;
const MAX_HOPS = 3;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 307, 308]);

/** What to say of us; GitHub answers nobody without a name. */
const COMMON = { "User-Agent": `rollcall-agent/${AGENT_VERSION}`, "X-GitHub-Api-Version": "2022-11-28" };

/**
 * Reads releases of one repository. Answers are asked for again by their ETags, which costs nothing of the rate limit
 * with a token. The token goes to the API's origin alone: what lies elsewhere is asked for without it, and only files may.
 */
export class GithubReader {
  readonly repository: string;
  readonly #source: SourceConfigOf<"github">;
  readonly #http = new HttpClient(undefined);
  readonly #known = new Map<string, Known>();
  readonly #now: () => number;

  constructor(source: SourceConfigOf<"github">, now: () => number) {
    this.#source = source;
    this.#now = now;
    this.repository = source.repository;
  }

  /** The newest releases, at most a hundred, without drafts. @throws AppError RATE_LIMITED, STORE_*, REMOTE_*. */
  async releases(signal: AbortSignal): Promise<readonly GithubRelease[]> {
    const all = await this.#document(`/releases?per_page=${PER_PAGE}`, githubRelease.array().max(PER_PAGE), signal);
    return all?.filter((one) => !one.draft) ?? [];
  }

  /** The release that GitHub shows as "Latest"; undefined when there is none. */
  latest(signal: AbortSignal): Promise<GithubRelease | undefined> {
    return this.#document("/releases/latest", githubRelease, signal);
  }

  /** A small asset, whole. @throws AppError INPUT_TOO_LARGE, and as {@link releases}. */
  async small(asset: GithubAsset, maxBytes: number, signal: AbortSignal): Promise<Buffer> {
    return readBody((await this.ask(asset, {}, signal)).body, maxBytes);
  }

  /** Asks for an asset, or a part of it, wherever GitHub sends it on to. */
  async ask({ id, name }: GithubAsset, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<HttpAnswer> {
    const token = await readTokenFile(this.#source.tokenFile);
    const request = { headers: { ...COMMON, Accept: "application/octet-stream", ...headers }, signal };
    const answer = await sendFollowing(this.#http, this.#url(`/releases/assets/${id}`), token, request);
    if (answer.status < 300 || answer.status === 416) return answer;
    throw await this.#refusal(answer, `the file ${name}`, token);
  }

  /** Undefined when it is not there. */
  async #document<S extends z.ZodType>(path: string, schema: S, signal: AbortSignal): Promise<z.infer<S> | undefined> {
    const token = await readTokenFile(this.#source.tokenFile);
    const known = this.#known.get(path);
    const headers = {
      ...COMMON,
      Accept: "application/vnd.github+json",
      ...(token !== undefined && { Authorization: `Bearer ${token}` }),
      ...(known !== undefined && { "If-None-Match": known.etag }),
    };
    const answer = await this.#atHome(this.#url(path), headers, signal);
    if (answer.status === 304 && known !== undefined) {
      answer.body.destroy();
      return schema.parse(known.value);
    }
    if (answer.status !== 200) {
      const refusal = await this.#refusal(answer, "the list of releases", token);
      if (answer.status === 404 && path.endsWith("/latest")) return undefined;
      throw refusal;
    }
    const parsed = schema.safeParse(parseJson(await readBody(answer.body, MAX_ANSWER_BYTES)));
    if (!parsed.success)
      throw new AppError("STORE_PROTOCOL", `GitHub's answer about ${this.repository} is not what its API describes; it was not used.`);
    const { etag } = answer.headers;
    if (etag !== undefined) this.#known.set(path, { etag, value: parsed.data });
    return parsed.data;
  }

  /** A repository that was renamed answers where it is now. Documents are taken from the API's own origin only. */
  async #atHome(first: URL, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<HttpAnswer> {
    let url = first;
    for (let hop = 0; hop <= MAX_HOPS; hop += 1) {
      const answer = await this.#http.send(url, { headers, signal });
      if (!REDIRECTS.has(answer.status)) return answer;
      answer.body.destroy();
      const next = URL.parse(answer.headers.location ?? "", url.href);
      if (next?.origin !== first.origin) break;
      url = next;
    }
    throw new AppError("REMOTE_UNREACHABLE", `${first.host} sends this host elsewhere for what there is; it was not followed.`, {
      details: { host: first.host },
    });
  }

  #refusal(answer: HttpAnswer, what: string, token: string | undefined): Promise<AppError> {
    return githubRefusal(answer, { what, repository: this.repository, token, now: this.#now() });
  }

  #url(path: string): URL {
    return new URL(`${this.#source.apiUrl.replace(/\/+$/, "")}/repos/${this.repository}${path}`);
  }
}
