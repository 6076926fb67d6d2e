import { request as httpRequest, type Agent as HttpAgent, type IncomingHttpHeaders, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import { AppError } from "#shared/errors/app-error.ts";
import { errnoOf } from "#main/node/disk-error.ts";
import { PinnedAgent } from "#main/node/pinned-agent.ts";

/** One request. The URL's origin is the only place that gets the headers: redirects are not followed. */
export type HttpRequest = {
  readonly method?: "GET" | "POST";
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal?: AbortSignal;
  /** The answer's head must come within this time. */
  readonly timeoutMs?: number;
};

/** An answer whose body has not been read. Whoever takes it reads or destroys the body. */
export type HttpAnswer = { readonly status: number; readonly headers: IncomingHttpHeaders; readonly body: IncomingMessage };

/** Time for the head of an answer when nothing else is said. */
export const ANSWER_TIMEOUT_MS = 15_000;

function toRemoteError(thrown: Error, url: URL, timedOut: boolean): Error {
  if (thrown instanceof AppError) return thrown;
  if (timedOut) return new AppError("REMOTE_TIMEOUT", `${url.host} did not answer in time; nothing was taken from it.`, { cause: thrown });
  if (thrown.name === "AbortError") return thrown;
  const code = errnoOf(thrown);
  return new AppError(
    "REMOTE_UNREACHABLE",
    `${url.host} cannot be reached${code === undefined ? "" : ` (${code})`}; nothing was taken from it.`,
    {
      cause: thrown,
      details: { host: url.host, ...(code !== undefined && { reason: code }) },
    },
  );
}

/**
 * The agent's way to its control plane over HTTP: plain, by the system's authorities, or by certificate pin. Node's own
 * `fetch` cannot check a pin before it sends.
 */
export class HttpClient {
  readonly #secureAgent: PinnedAgent | undefined;

  /** @param certificatePin SHA-256 of the expected certificate (DER, hex); absent, the usual checks hold. */
  constructor(certificatePin: string | undefined) {
    this.#secureAgent = certificatePin === undefined ? undefined : new PinnedAgent(certificatePin);
  }

  /** The agent to connect with for `url`, for clients that open connections themselves. Undefined takes the default. */
  agentFor(url: URL): HttpAgent | undefined {
    return url.protocol === "https:" || url.protocol === "wss:" ? this.#secureAgent : undefined;
  }

  /**
   * Sends one request and waits for the head of its answer. Any status is an answer.
   *
   * @throws AppError REMOTE_UNREACHABLE, REMOTE_TIMEOUT, TRUST_CERTIFICATE_REFUSED (a certificate that is not the pinned one).
   */
  send(url: URL, request: HttpRequest = {}): Promise<HttpAnswer> {
    const open = url.protocol === "https:" ? httpsRequest : httpRequest;
    const { method = "GET", headers = {}, body, signal, timeoutMs = ANSWER_TIMEOUT_MS } = request;
    return new Promise((resolve, reject) => {
      const agent = this.agentFor(url);
      let timedOut = false;
      const outgoing = open(url, { method, headers, ...(signal && { signal }), ...(agent && { agent }) }, (incoming) => {
        clearTimeout(timer);
        resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: incoming });
      });
      const timer = setTimeout(() => {
        timedOut = true;
        outgoing.destroy();
      }, timeoutMs);
      outgoing.on("error", (thrown) => {
        clearTimeout(timer);
        reject(toRemoteError(thrown, url, timedOut));
      });
      outgoing.end(body);
    });
  }
}
