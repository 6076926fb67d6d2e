import { hash } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import { httpServer } from "#test/builders/http-server.ts";

/** One request that was answered. */
export type Asked = { readonly path: string; readonly headers: IncomingMessage["headers"]; readonly status: number };

/** A web server over a folder, with ETags; `first` may answer instead, and `hold` keeps an unchanged index waiting. */
export async function serveFolder(folder: string, hooks: { first?: (request: IncomingMessage, response: ServerResponse) => boolean } = {}) {
  const asked: Asked[] = [];
  const url = await httpServer((request, response) => {
    void (async () => {
      const path = request.url ?? "";
      if (hooks.first?.(request, response) === true) return;
      const bytes = await readFile(join(folder, path)).catch(() => undefined);
      const etag = `"${bytes === undefined ? "" : hash("sha256", bytes)}"`;
      const status = bytes === undefined ? 404 : request.headers["if-none-match"] === etag ? 304 : 200;
      asked.push({ path, headers: request.headers, status });
      response
        .writeHead(status, { ETag: etag, ...(status === 200 && { "Content-Length": bytes?.length }) })
        .end(status === 200 ? bytes : undefined);
    })();
  });
  return { url, asked };
}
