import type { IncomingHttpHeaders, IncomingMessage } from "node:http";

/** A body whose length is known. `open` is called again when the request has to be sent again. */
export type StreamedBody = { readonly sizeBytes: number; readonly open: () => Promise<AsyncIterable<Uint8Array>> };

/** One HTTP request. Redirects are not followed and no credentials are added at this level. */
export type HttpRequest = {
  readonly method: "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | StreamedBody | undefined;
  readonly signal: AbortSignal;
  /** A connection that brings nothing for so long is given up, also while the answer is awaited. */
  readonly idleMs: number;
  /** From the first byte sent to the last byte read. */
  readonly totalMs: number;
};

/** An answer whose body has not been read. Whoever gets it reads or discards the body. */
export type HttpAnswer = {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Where it came from, after redirects. */
  readonly url: URL;
  /** The body, once. Throws AppError when it is cut, stands still or is too slow. */
  readonly chunks: () => AsyncIterable<Uint8Array>;
  /** The body itself, for whoever bounds how it comes by himself, in place of {@link chunks}. */
  readonly body: IncomingMessage;
  /** Gives the body up, with the connection unless the body is over. */
  readonly discard: () => void;
};
