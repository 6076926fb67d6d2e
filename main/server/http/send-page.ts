import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { contentSecurityPolicy } from "#main/node/content-security-policy.ts";

/** Answers with a page of ours. The nonce is new with every answer, so that nobody can guess it. */
export function sendPage(request: IncomingMessage, response: ServerResponse, page: (nonce: string) => string, status = 200): void {
  const nonce = randomBytes(16).toString("base64url");
  const body = page(nonce);
  response.writeHead(status, {
    "content-type": "text/html; charset=utf-8",
    "content-length": Buffer.byteLength(body),
    "cache-control": "no-store",
    "content-security-policy": contentSecurityPolicy(nonce, "styles and scripts"),
  });
  response.end(request.method === "HEAD" ? undefined : body);
}
