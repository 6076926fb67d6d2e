import type { IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import { buffer } from "node:stream/consumers";
import { AppError } from "#shared/errors/app-error.ts";
import { PinnedAgent } from "#main/node/pinned-agent.ts";

/** What the client of the contract asks of a `fetch`. */
export type Fetch = (request: Request, init: { readonly signal: AbortSignal }) => Promise<Response>;

/** Answers of these kinds have no body (RFC 9110, section 6.4.1). */
const WITHOUT_BODY: ReadonlySet<number> = new Set([204, 205, 304]);

/**
 * A `fetch` to a server that is known by the SHA-256 of its certificate. Node's own cannot check a pin before it sends,
 * and would have to be told to believe every certificate. Redirects are not followed, so nothing leaves the origin.
 *
 * @throws AppError TRUST_CERTIFICATE_REFUSED before a byte is sent; TypeError, as `fetch` does, when there is no answer or it breaks off.
 */
export function pinnedFetch(certificatePin: string): Fetch {
  const agent = new PinnedAgent(certificatePin);
  return async (request, { signal }) => {
    const body = request.body === null ? undefined : await buffer(request.body);
    return toResponse(await send(request, { agent, signal, body }), signal);
  };
}

type Sending = { readonly agent: PinnedAgent; readonly signal: AbortSignal; readonly body: Buffer | undefined };

function send(request: Request, { agent, signal, body }: Sending): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const headers = Object.fromEntries(request.headers);
    const outgoing = httpsRequest(request.url, { method: request.method, headers, agent, signal }, resolve);
    outgoing.on("error", (thrown) => reject(toFetchError(thrown, signal)));
    outgoing.end(body);
  });
}

function toFetchError(thrown: Error, signal: AbortSignal): unknown {
  if (thrown instanceof AppError) return thrown;
  // What aborted it says more than that it was aborted: a timeout, or a person.
  return signal.aborted ? signal.reason : new TypeError("fetch failed", { cause: thrown });
}

function toResponse(incoming: IncomingMessage, signal: AbortSignal): Response {
  const { statusCode: status = 502, headersDistinct } = incoming;
  const headers = Object.entries(headersDistinct).flatMap(([name, values = []]) => values.map((value): [string, string] => [name, value]));
  return new Response(WITHOUT_BODY.has(status) ? null : bodyOf(incoming, signal), { status, headers });
}

// Why not Readable.toWeb: its type and that of Response's body differ where the DOM's types are known as well.
function bodyOf(incoming: IncomingMessage, signal: AbortSignal): ReadableStream<Uint8Array> {
  const pieces: AsyncIterator<unknown, unknown> = incoming[Symbol.asyncIterator]();
  return new ReadableStream({
    pull: async (controller) => {
      try {
        const { done, value } = await pieces.next();
        if (value instanceof Uint8Array) controller.enqueue(value);
        if (done === true) controller.close();
      } catch (cause) {
        controller.error(signal.aborted ? signal.reason : new TypeError("terminated", { cause }));
      }
    },
    cancel: () => void incoming.destroy(),
  });
}
