import type { z } from "zod";
import { githubRelease, type GithubAsset, type GithubRelease } from "#shared/domain/store/github/github-documents.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { AGENT_VERSION } from "../../agent-version.ts";
import { nextPageLink } from "#main/node/next-page-link.ts";
import { sendFollowing } from "../../net/follow-redirects.ts";
import { HttpClient, type HttpAnswer } from "../../net/http-client.ts";
import { readBody } from "../../net/read-body.ts";
import { parseJson } from "../parse-json.ts";
import type { SourceConfigOf } from "../source-config.ts";
import { readTokenFile } from "../token-file.ts";
import { githubRefusal } from "./github-refusal.ts";

type Known = { readonly etag: string; readonly value: unknown; readonly next: string | undefined };
/** A document, where the next page of it is, and whether GitHub said that it is as it was. */
type Read<T> = { readonly value: T; readonly next: string | undefined; readonly isKnown: boolean };

/** A hundred releases with their assets stay far below. */
const MAX_ANSWER_BYTES = 32 * 1024 * 1024;
const PER_PAGE = 100;
/** A look sees the newest thousand releases. */
const MAX_PAGES = 10;
/** How often later pages are asked for while the first stays as it is, by a host for whom each question counts. */
const LATER_PAGES_MS = 3_600_000;
const LATEST = "/releases/latest";
const MAX_HOPS = 3;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 307, 308]);

/** What to say of us; GitHub answers nobody without a name. */
const COMMON = { "User-Agent": `rollcall-agent/${AGENT_VERSION}`, "X-GitHub-Api-Version": "2022-11-28" };

/**
 * Reads releases of one repository. Each page is asked for again by its ETag, which costs nothing of the rate limit with
 * a token; without one, later pages are asked for when the first has changed, and once an hour. The token goes to the API's origin alone: what lies elsewhere is asked for without it, and only files may.
 */
export class GithubReader {
  readonly repository: string;
  readonly #source: SourceConfigOf<"github">;
  readonly #http = new HttpClient(undefined);
  readonly #known = new Map<string, Known>();
  /** When the last look at all pages ended, since the epoch. */
  #sweptAt = Number.NEGATIVE_INFINITY;
  readonly #now: () => number;

  constructor(source: SourceConfigOf<"github">, now: () => number) {
    this.#source = source;
    this.#now = now;
    this.repository = source.repository;
  }

  /**
   * The newest releases, at most a thousand, without drafts. GitHub lists them by the dates of their commits, not by
   * their versions, so that the highest is known only when all pages are read. A page that lies on another origin, or
   * that was read already, ends the list.
   *
   * @throws AppError RATE_LIMITED, STORE_*, REMOTE_*.
   */
  async releases(signal: AbortSignal): Promise<readonly GithubRelease[]> {
    const found: GithubRelease[] = [];
    const seen = new Set<string>();
    const first = this.#url(`/releases?per_page=${PER_PAGE}`);
    let isSparing = false;
    for (let url: URL | undefined = first; url !== undefined && seen.size < MAX_PAGES && !seen.has(url.href);) {
      seen.add(url.href);
      const page: Read<readonly GithubRelease[]> | undefined = await this.#page(url, isSparing, signal);
      found.push(...(page?.value.filter((one) => !one.draft) ?? []));
      if (url === first) isSparing = page?.isKnown === true && this.#maySpare();
      url = nextAtHome(page?.next, url);
    }
    if (!isSparing) this.#sweptAt = this.#now();
    for (const href of this.#known.keys()) if (!seen.has(href) && !href.endsWith(LATEST)) this.#known.delete(href);
    return found;
  }

  /** The release that GitHub shows as "Latest"; undefined when there is none. */
  async latest(signal: AbortSignal): Promise<GithubRelease | undefined> {
    return (await this.#document(this.#url(LATEST), githubRelease, signal))?.value;
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

  #page(url: URL, isSparing: boolean, signal: AbortSignal): Promise<Read<readonly GithubRelease[]> | undefined> {
    const schema = githubRelease.array().max(PER_PAGE);
    const known = isSparing ? this.#known.get(url.href) : undefined;
    return known === undefined
      ? this.#document(url, schema, signal)
      : Promise.resolve({ value: schema.parse(known.value), next: known.next, isKnown: true });
  }

  #maySpare(): boolean {
    const sinceMs = this.#now() - this.#sweptAt;
    return this.#source.tokenFile === undefined && sinceMs >= 0 && sinceMs < LATER_PAGES_MS;
  }

  /** Undefined when it is not there. */
  async #document<S extends z.ZodType>(url: URL, schema: S, signal: AbortSignal): Promise<Read<z.infer<S>> | undefined> {
    const token = await readTokenFile(this.#source.tokenFile);
    const known = this.#known.get(url.href);
    const headers = {
      ...COMMON,
      Accept: "application/vnd.github+json",
      ...(token !== undefined && { Authorization: `Bearer ${token}` }),
      ...(known !== undefined && { "If-None-Match": known.etag }),
    };
    const answer = await this.#atHome(url, headers, signal);
    if (answer.status === 304 && known !== undefined) {
      answer.body.destroy();
      return { value: schema.parse(known.value), next: nextPageLink(answer.headers["link"]) ?? known.next, isKnown: true };
    }
    if (answer.status !== 200) {
      const refusal = await this.#refusal(answer, "the list of releases", token);
      if (answer.status === 404 && url.pathname.endsWith(LATEST)) return undefined;
      throw refusal;
    }
    const parsed = schema.safeParse(parseJson(await readBody(answer.body, MAX_ANSWER_BYTES)));
    if (!parsed.success)
      throw new AppError("STORE_PROTOCOL", `GitHub's answer about ${this.repository} is not what its API describes; it was not used.`);
    const { etag } = answer.headers;
    const next = nextPageLink(answer.headers["link"]);
    if (etag !== undefined) this.#known.set(url.href, { etag, value: parsed.data, next });
    return { value: parsed.data, next, isKnown: false };
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

/** The next page where it lies on the same origin: nobody is sent elsewhere for what there is, with the token least of all. */
function nextAtHome(next: string | undefined, page: URL): URL | undefined {
  const url = next === undefined ? null : URL.parse(next, page.href);
  return url?.origin === page.origin ? url : undefined;
}
