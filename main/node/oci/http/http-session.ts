import { Agent as HttpAgent, request as httpRequest, type ClientRequest, type IncomingMessage } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import { pipeline } from "node:stream/promises";
import { AppError } from "#shared/errors/app-error.ts";
import { errnoOf } from "../../disk-error.ts";
import type { HttpAnswer, HttpRequest, StreamedBody } from "./http-messages.ts";
import { transportError, type ExchangeEnds } from "./transport-error.ts";

/** Connections that wait for their next use; they keep no process alive. */
const POOL = { keepAlive: true, maxFreeSockets: 8, timeout: 15_000 };

/** Timers end at once when they are set for longer, 24.8 days. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The connection that was taken from the pool had been closed by the other side, so nothing was done. */
class StaleConnection extends Error {
  override readonly name = "StaleConnection";
}

/**
 * HTTP as registries need it: bodies streamed both ways with backpressure, and nothing followed or added silently, which
 * Node's own `fetch` does not promise (it follows redirects of uploads, and buffers what it may have to send again).
 */
export class HttpSession {
  readonly #plain = new HttpAgent(POOL);
  readonly #secure = new HttpsAgent(POOL);

  /**
   * Sends one request and waits for the head of its answer. Any status is an answer.
   *
   * @throws AppError REMOTE_UNREACHABLE, REMOTE_TIMEOUT, REMOTE_TOO_SLOW, CANCELLED, or what reading the body threw.
   */
  async send(request: HttpRequest): Promise<HttpAnswer> {
    const ends = { cancelled: request.signal, deadline: AbortSignal.timeout(Math.min(request.totalMs, LONGEST_TIMER_MS)) };
    for (;;) {
      try {
        return toAnswer(await this.#exchange(request, ends), request.url, ends);
      } catch (thrown) {
        if (!(thrown instanceof StaleConnection)) throw transportError(thrown, request.url.host, ends);
      }
    }
  }

  #exchange(request: HttpRequest, ends: ExchangeEnds): Promise<IncomingMessage> {
    const isSecure = request.url.protocol === "https:";
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const outgoing = (isSecure ? httpsRequest : httpRequest)(request.url, {
      method: request.method,
      headers: { ...request.headers, ...lengthHeader(request) },
      agent: isSecure ? this.#secure : this.#plain,
      timeout: request.idleMs,
      signal: AbortSignal.any([ends.cancelled, ends.deadline]),
    });
    let standing: { destroy: (reason: Error) => unknown } = outgoing;
    outgoing.once("timeout", () => standing.destroy(standstill(request.url)));
    outgoing.once("response", (incoming) => {
      // Whoever reads the body hears the reason from it, no longer from the request.
      standing = incoming;
      // An answer that comes before the whole body was sent is a refusal; the rest of the body is not worth sending.
      incoming.once("close", () => !outgoing.writableFinished && outgoing.destroy());
      resolve(incoming);
    });
    outgoing.on("error", (thrown) => reject(isStale(outgoing, request, thrown) ? new StaleConnection() : thrown));
    send(outgoing, request.body).catch((thrown: unknown) => outgoing.destroy(thrown instanceof Error ? thrown : undefined));
    return promise;
  }
}

async function send(outgoing: ClientRequest, body: HttpRequest["body"]): Promise<void> {
  if (body === undefined || body instanceof Uint8Array) outgoing.end(body);
  else await pipeline(exactly(body), outgoing);
}

/** The body, refused when it is not as long as was announced. */
async function* exactly(body: StreamedBody): AsyncGenerator<Uint8Array> {
  let sentBytes = 0;
  for await (const chunk of await body.open()) {
    sentBytes += chunk.length;
    if (sentBytes > body.sizeBytes) break;
    yield chunk;
  }
  if (sentBytes !== body.sizeBytes) {
    throw new AppError("ARTIFACT_CHANGED", `A file is not ${body.sizeBytes} bytes long any more; it was not sent to its end.`);
  }
}

function lengthHeader({ method, body }: HttpRequest): Record<string, string> {
  if (body !== undefined) return { "content-length": String(body instanceof Uint8Array ? body.length : body.sizeBytes) };
  return method === "GET" || method === "HEAD" ? {} : { "content-length": "0" };
}

/** Only a request that can be sent again as it is, over a connection that had been used before and was reset at once. */
function isStale(outgoing: ClientRequest, { body }: HttpRequest, thrown: Error): boolean {
  const canRepeat = body === undefined || body instanceof Uint8Array;
  return canRepeat && outgoing.reusedSocket && ["ECONNRESET", "EPIPE"].includes(errnoOf(thrown) ?? "");
}

function standstill(url: URL): AppError {
  return new AppError("REMOTE_TIMEOUT", `${url.host} stood still; the exchange was given up.`);
}

function toAnswer(incoming: IncomingMessage, url: URL, ends: ExchangeEnds): HttpAnswer {
  return {
    status: incoming.statusCode ?? 0,
    headers: incoming.headers,
    url,
    chunks: () => readChunks(incoming, url, ends),
    body: incoming,
    discard: () => void incoming.destroy(),
  };
}

async function* readChunks(incoming: IncomingMessage, url: URL, ends: ExchangeEnds): AsyncGenerator<Uint8Array> {
  try {
    const pieces: AsyncIterable<unknown> = incoming;
    for await (const piece of pieces) if (piece instanceof Uint8Array) yield piece;
    if (!incoming.complete) throw new AppError("REMOTE_UNREACHABLE", `The answer of ${url.host} ended before it was complete.`);
  } catch (thrown) {
    throw transportError(thrown, url.host, ends);
  }
}
