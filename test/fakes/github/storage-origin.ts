import type { IncomingMessage, ServerResponse } from "node:http";
import type { GithubState } from "./github-state.ts";

/**
 * The third origin, where the bytes lie. The address is the ticket: a request that brings credentials as well is refused,
 * as real object stores do. Ranges are served.
 * @returns what was wrong with the request, if something was.
 */
export function serveObject(state: GithubState, message: IncomingMessage, answer: ServerResponse): string | undefined {
  const url = new URL(message.url ?? "/", "http://storage.test");
  const found = state.findAsset(Number(/^\/objects\/(\d+)$/.exec(url.pathname)?.[1]));
  const fault = faultOf(message, url, found?.asset.sha256);
  if (fault !== undefined || found?.asset.bytes === undefined) {
    answer.writeHead(fault === undefined ? 404 : 400, { "content-type": "application/xml" }).end("<Error/>");
    return fault;
  }
  const { bytes } = found.asset;
  const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(message.headers.range ?? "") ?? [];
  if (first === undefined) {
    answer.writeHead(200, { "content-length": bytes.length, "accept-ranges": "bytes" }).end(bytes);
    return undefined;
  }
  const end = Math.min(last === undefined || last === "" ? bytes.length - 1 : Number(last), bytes.length - 1);
  if (Number(first) > end) answer.writeHead(416, { "content-range": `bytes */${bytes.length}` }).end();
  else {
    const part = bytes.subarray(Number(first), end + 1);
    answer.writeHead(206, { "content-length": part.length, "content-range": `bytes ${first}-${end}/${bytes.length}` }).end(part);
  }
  return undefined;
}

function faultOf(message: IncomingMessage, url: URL, sha256: string | undefined): string | undefined {
  if (message.headers.authorization !== undefined) return "storage: the token was sent to another origin";
  if (message.method !== "GET") return `storage: ${message.method ?? ""} is not served`;
  if (sha256 === undefined || url.searchParams.get("sig") !== sha256.slice(0, 16)) return "storage: the ticket is none";
  return Date.parse(url.searchParams.get("se") ?? "") > Date.now() ? undefined : "storage: the ticket has ended";
}
