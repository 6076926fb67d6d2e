import { AppError } from "#shared/errors/app-error.ts";
import type { Clock } from "../../control-plane/ports/clock.ts";
import { EtagCache } from "./etag-cache.ts";
import { IdleWatch } from "./idle-watch.ts";
import { isTrustedOrigin } from "./trusted-origin.ts";

/** A hundred releases with their assets stay far below. */
const MAX_ANSWER_BYTES = 32 * 2 ** 20;
/** How long nothing may move. After the last byte of an upload GitHub computes a digest before it answers. */
const IDLE_MS = 120_000;

/** What the wrapper needs: where the token may go, and what it is. */
export type BoundedFetchOptions = { readonly apiUrl: string; readonly clock: Clock; readonly readToken: () => string | undefined };

/** What Octokit hands to its `fetch`. */
export type FetchInit = {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | ReadableStream<Uint8Array>;
  readonly redirect?: "follow" | "error" | "manual";
  readonly signal?: AbortSignal;
  readonly duplex?: "half";
};

/**
 * The one place where requests leave. The token is added here and nowhere else, so that Octokit, its errors and its log
 * never hold it, and it goes to trusted origins only. Answers are read whole, within a bound: Octokit takes a JSON body
 * that was cut for an empty one. Reads carry ETags, which spares the rate limit. Asked for bytes (`octet-stream`), it
 * hands the answer on as it comes.
 */
export function boundedFetch(options: BoundedFetchOptions): (address: string, init: FetchInit) => Promise<Response> {
  const cache = new EtagCache();
  return async (address, init) => {
    const isRead = (init.method ?? "GET") === "GET" && init.headers?.["accept"] !== "application/octet-stream";
    const known = isRead ? cache.find(address) : undefined;
    const headers = { ...init.headers, ...authorization(options, address), ...(known && { "if-none-match": known.etag }) };
    const watch = new IdleWatch(options.clock, IDLE_MS);
    try {
      const signal = AbortSignal.any([watch.signal, ...(init.signal === undefined ? [] : [init.signal])]);
      const body = init.body instanceof ReadableStream ? init.body.pipeThrough(touching(watch)) : init.body;
      const answer = await fetch(address, { ...init, headers, signal, ...(body !== undefined && { body }) });
      if (init.headers?.["accept"] === "application/octet-stream" && answer.status < 400) return answer;
      const bytes = await readWhole(answer, watch);
      if (answer.status === 304 && known !== undefined) return toResponse(known.bytes, 200, known.headers);
      if (isRead && answer.status === 200) cache.keep(address, answer.headers, bytes);
      return toResponse(bytes, answer.status, answer.headers);
    } finally {
      watch.stop();
    }
  };
}

function authorization(options: BoundedFetchOptions, address: string): Readonly<Record<string, string>> {
  const token = options.readToken();
  return token !== undefined && isTrustedOrigin(options.apiUrl, address) ? { authorization: `token ${token}` } : {};
}

function touching(watch: IdleWatch): TransformStream<Uint8Array, Uint8Array> {
  return new TransformStream({
    transform: (chunk, controller) => {
      watch.touch();
      controller.enqueue(chunk);
    },
  });
}

async function readWhole(answer: Response, watch: IdleWatch): Promise<Buffer<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of answer.body ?? []) {
    watch.touch();
    length += chunk.length;
    if (length > MAX_ANSWER_BYTES)
      throw new AppError("STORE_PROTOCOL", "GitHub's answer is longer than any of its API; it was not read to its end.");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function toResponse(bytes: Uint8Array<ArrayBuffer>, status: number, headers: Headers): Response {
  const isBare = status === 204 || status === 205 || status === 304;
  return new Response(isBare ? null : bytes, { status, headers });
}
