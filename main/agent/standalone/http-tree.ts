import { HttpClient } from "../net/http-client.ts";
import { readBody, toAnswerError } from "../net/read-body.ts";
import { downloadOnce } from "../update/download.ts";
import { pause } from "./pause.ts";
import { INDEX, MAX_INDEX_BYTES, type ReleaseTree } from "./release-tree.ts";
import type { SourceConfigOf } from "./source-config.ts";
import { readTokenFile } from "./token-file.ts";

type Known = { readonly etag: string; readonly bytes: Buffer };
/** A document with its version; that it is the known one; or that there is none. */
type Answer = { readonly bytes: Buffer; readonly etag?: string } | "unchanged" | undefined;

/** What a server may take beyond the time for which it was asked to hold a question. */
const PATIENCE_MS = 15_000;

/**
 * A folder behind a web server. Documents are never taken from elsewhere than the configured origin; files may be, over
 * https and without the token, as they are when a control plane sends a host on.
 */
export class HttpTree implements ReleaseTree {
  readonly place: string;
  readonly #source: SourceConfigOf<"http">;
  readonly #base: string;
  readonly #http = new HttpClient(undefined);
  /** The index as it was read last: a server that still has it need not send it again. */
  #index: Known | undefined;
  /** What {@link news} was told ahead of the next reading. */
  #ahead: Buffer | undefined;

  constructor(source: SourceConfigOf<"http">) {
    this.#source = source;
    this.#base = source.url.replace(/\/+$/, "");
    this.place = this.#base;
  }

  /** @throws AppError REMOTE_*, ACCESS_*, INPUT_TOO_LARGE. */
  async read(path: string, maxBytes: number, signal: AbortSignal): Promise<Buffer | undefined> {
    if (path !== INDEX) {
      const found = await this.#ask(path, maxBytes, {}, signal);
      return found === "unchanged" ? undefined : found?.bytes;
    }
    const ahead = this.#ahead;
    this.#ahead = undefined;
    if (ahead !== undefined) return ahead;
    const known = this.#index;
    const read = await this.#ask(path, maxBytes, known === undefined ? {} : { "If-None-Match": known.etag }, signal);
    return this.#remember(read);
  }

  /** @throws AppError as the download of a granted release. */
  async fetch({ path, into, sizeBytes, ...rest }: Parameters<ReleaseTree["fetch"]>[0]): Promise<boolean> {
    const token = await readTokenFile(this.#source.tokenFile);
    return downloadOnce(this.#http, { ...rest, url: this.#url(path), token, path: into, sizeBytes });
  }

  /** Asks a server that can wait to answer when there is news; else lets the interval pass. */
  async news(intervalMs: number, signal: AbortSignal): Promise<void> {
    const { waitMs } = this.#source;
    const known = this.#index;
    if (waitMs === undefined || known === undefined) return pause(intervalMs, signal);
    const startedMs = performance.now();
    try {
      const headers = { "If-None-Match": known.etag, Prefer: `wait=${Math.round(waitMs / 1000)}` };
      const read = await this.#ask(INDEX, MAX_INDEX_BYTES, headers, signal, waitMs + PATIENCE_MS);
      if (read !== "unchanged") this.#ahead = this.#remember(read);
    } catch {
      // The next look names what is wrong.
      return pause(intervalMs, signal);
    }
    // A server that answers at once does not wait; it is asked at the usual pace.
    if (performance.now() - startedMs < waitMs / 2 && this.#ahead === undefined) await pause(intervalMs, signal);
  }

  #remember(read: Answer): Buffer | undefined {
    if (read === "unchanged") return this.#index?.bytes;
    this.#index = read?.etag === undefined ? undefined : { etag: read.etag, bytes: read.bytes };
    return read?.bytes;
  }

  async #ask(
    path: string,
    maxBytes: number,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
    timeoutMs?: number,
  ): Promise<Answer> {
    const token = await readTokenFile(this.#source.tokenFile);
    const authorization = token === undefined ? {} : { Authorization: `Bearer ${token}` };
    const answer = await this.#http.send(this.#url(path), {
      headers: { ...headers, ...authorization },
      signal,
      ...(timeoutMs !== undefined && { timeoutMs }),
    });
    if (answer.status === 200) {
      const { etag } = answer.headers;
      return { bytes: await readBody(answer.body, maxBytes), ...(etag !== undefined && { etag }) };
    }
    if (answer.status !== 304 && answer.status !== 404) throw await toAnswerError(answer, `the request for ${path}`);
    answer.body.destroy();
    return answer.status === 304 ? "unchanged" : undefined;
  }

  #url(path: string): URL {
    return new URL(`${this.#base}/${path.split("/").map(encodeURIComponent).join("/")}`);
  }
}
