import { AppError } from "#shared/errors/app-error.ts";
import { sendFollowing } from "../../net/follow-redirects.ts";
import { HttpClient, type HttpAnswer } from "../../net/http-client.ts";
import { readBody, toAnswerError } from "../../net/read-body.ts";
import { forgetDownload, receiveOnce } from "../../update/download.ts";
import { pause } from "../pause.ts";
import type { SourceConfigOf } from "../source-config.ts";
import { readTokenFile } from "../token-file.ts";
import type { PlainFile } from "./plain-file.ts";

/** One file behind a web server, told from its successor by ETag, date and length. */
export class HttpOrigin {
  readonly kind = "single";
  readonly place: string;
  readonly news = pause;
  readonly #source: SourceConfigOf<"http">;
  readonly #url: URL;
  readonly #http = new HttpClient(undefined);
  /** The file that was seen last, for servers that need not say again what it is. */
  #known: { readonly etag: string; readonly file: PlainFile } | undefined;

  constructor(source: SourceConfigOf<"http">) {
    this.#source = source;
    this.#url = new URL(source.url);
    this.place = source.url;
  }

  /** @throws AppError STORE_PROTOCOL for a server by whose answers nobody could see a change, REMOTE_*, ACCESS_*, RATE_LIMITED. */
  async file(signal: AbortSignal): Promise<PlainFile> {
    const known = this.#known;
    const answer = await this.#ask(this.#url, known === undefined ? {} : { "If-None-Match": known.etag }, signal);
    if (answer.status !== 200 && answer.status !== 304) throw await toAnswerError(answer, `the request for ${this.#url.pathname}`);
    // Its head alone was of interest: a new file is asked for again, as downloads are.
    answer.body.destroy();
    if (answer.status === 304 && known !== undefined) return known.file;
    const file = this.#describe(answer);
    const { etag } = answer.headers;
    this.#known = etag === undefined ? undefined : { etag, file };
    return file;
  }

  #describe({ headers }: HttpAnswer): PlainFile {
    const { etag, "last-modified": modified, "content-length": length } = headers;
    const sizeBytes = Number(length ?? Number.NaN);
    if (!Number.isSafeInteger(sizeBytes) || sizeBytes <= 0 || (etag === undefined && modified === undefined))
      throw new AppError(
        "STORE_PROTOCOL",
        `${this.#url.host} does not say how long the file is, or gives neither ETag nor Last-Modified to tell a new one by; nothing was installed.`,
      );
    return {
      fingerprint: JSON.stringify([this.place, etag, modified, sizeBytes]).slice(0, 4000),
      name: decodeURIComponent(this.#url.pathname.split("/").at(-1) ?? ""),
      version: undefined,
      sizeBytes,
      bring: async ({ into, ...rest }) => {
        // Without a tag that promises equal bytes, two halves may be of two files (RFC 9110, 14.2 and 8.8.1).
        if (etag === undefined || etag.startsWith("W/")) await forgetDownload(into);
        return receiveOnce((more) => this.#ask(this.#url, more, rest.signal), { ...rest, path: into, sizeBytes });
      },
      beside: (name, maxBytes, signal) => this.#beside(name, maxBytes, signal),
    };
  }

  async #beside(name: string, maxBytes: number, signal: AbortSignal): Promise<Uint8Array | undefined> {
    const answer = await this.#ask(new URL(encodeURIComponent(name), this.#url), {}, signal);
    if (answer.status === 200) return readBody(answer.body, maxBytes);
    if (answer.status !== 404) throw await toAnswerError(answer, `the request for ${name}`);
    answer.body.destroy();
    return undefined;
  }

  async #ask(url: URL, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<HttpAnswer> {
    return sendFollowing(this.#http, url, await readTokenFile(this.#source.tokenFile), { headers, signal });
  }
}
