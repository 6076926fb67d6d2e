import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Fetcher } from "tuf-js";
import { DownloadHTTPError, DownloadLengthMismatchError } from "tuf-js/dist/error.js";
import { AppError } from "#shared/errors/app-error.ts";
import { readBody, toAnswerError } from "../net/read-body.ts";
import type { HttpClient } from "../net/http-client.ts";

/** tuf-js asks for the next root until there is none; these statuses tell it that the one before was the newest. */
const ROOT_PROBE = /\/\d+\.root\.json$/;

/**
 * Fetches trust metadata with the host's own client, so that the certificate pin and the token hold here too. tuf-js
 * wraps what a fetcher throws into texts; {@link MetadataFetcher.failure} keeps the error itself, which tells "could
 * not be fetched" from "must not be trusted".
 */
export class MetadataFetcher implements Fetcher {
  readonly #http: HttpClient;
  readonly #token: string;
  readonly #folder: string;
  failure: AppError | undefined;

  /** @param folder an existing folder for a target on its way to being verified. */
  constructor(http: HttpClient, token: string, folder: string) {
    this.#http = http;
    this.#token = token;
    this.#folder = folder;
  }

  async downloadBytes(url: string, maxLength: number): Promise<Buffer> {
    try {
      return await this.#fetch(url, maxLength);
    } catch (thrown) {
      if (!(thrown instanceof AppError)) throw thrown;
      if (thrown.code === "INPUT_TOO_LARGE") throw new DownloadLengthMismatchError(thrown.message);
      this.failure = thrown;
      throw thrown;
    }
  }

  async downloadFile<T>(url: string, maxLength: number, handler: (file: string) => Promise<T>): Promise<T> {
    const path = join(this.#folder, "unverified-target");
    await writeFile(path, await this.downloadBytes(url, maxLength));
    return handler(path);
  }

  async #fetch(url: string, maxLength: number): Promise<Buffer> {
    const answer = await this.#http.send(new URL(url), { headers: { Authorization: `Bearer ${this.#token}` } });
    if (answer.status === 200) return readBody(answer.body, maxLength);
    if (ROOT_PROBE.test(url) && (answer.status === 404 || answer.status === 403)) {
      answer.body.destroy();
      throw new DownloadHTTPError("there is no newer root", answer.status);
    }
    throw await toAnswerError(answer, "the request for trust metadata");
  }
}
