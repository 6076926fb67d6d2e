import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { readRange } from "./byte-range.ts";

/** Bytes that are served by GET and HEAD, with validators and ranges. */
export type Content = {
  readonly sizeBytes: number;
  readonly contentType: string;
  /** Strong entity tag, with its quotes. */
  readonly etag: string;
  readonly cacheControl: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Opens the bytes, whole or a part with both ends included. Not called for HEAD. */
  open(range?: { readonly first: number; readonly last: number }): Promise<AsyncIterable<Uint8Array>>;
};

/**
 * Answers a GET or HEAD: 200, 206, 304 or 416 (RFC 9110, sections 13 and 14). A client that goes away in the middle
 * ends the read and is no error.
 */
export async function sendContent(request: IncomingMessage, response: ServerResponse, content: Content): Promise<void> {
  const shared = { ...content.headers, etag: content.etag, "cache-control": content.cacheControl, "accept-ranges": "bytes" };
  if (matches(request.headers["if-none-match"], content.etag)) {
    response.writeHead(304, shared).end();
    return;
  }
  const isFresh = request.headers["if-range"] === undefined || request.headers["if-range"] === content.etag;
  const range = readRange(isFresh ? request.headers.range : undefined, content.sizeBytes);
  if (range.kind === "unsatisfiable") {
    response.writeHead(416, { ...shared, "content-range": `bytes */${content.sizeBytes}`, "content-length": 0 }).end();
    return;
  }
  const lengthBytes = range.kind === "part" ? range.last - range.first + 1 : content.sizeBytes;
  // Opened before the head is out, so that a failure can still be told.
  const bytes =
    request.method === "HEAD"
      ? undefined
      : await content.open(range.kind === "part" ? { first: range.first, last: range.last } : undefined);
  const head = { ...shared, "content-type": content.contentType, "content-length": lengthBytes };
  if (range.kind === "part")
    response.writeHead(206, { ...head, "content-range": `bytes ${range.first}-${range.last}/${content.sizeBytes}` });
  else response.writeHead(200, head);
  if (bytes === undefined) response.end();
  else await stream(bytes, response);
}

async function stream(bytes: AsyncIterable<Uint8Array>, response: ServerResponse): Promise<void> {
  try {
    await pipeline(Readable.from(bytes, { objectMode: false }), response);
  } catch (thrown) {
    const wentAway = thrown instanceof Error && "code" in thrown && thrown.code === "ERR_STREAM_PREMATURE_CLOSE";
    // The head is out already: closing is the only way left to say that the body is not whole.
    response.destroy();
    if (!wentAway) throw thrown;
  }
}

/** If-None-Match compares weakly; `*` matches whatever is there. */
function matches(header: string | undefined, etag: string): boolean {
  return header !== undefined && header.split(",").some((one) => one.trim() === "*" || one.trim().replace(/^W\//, "") === etag);
}
