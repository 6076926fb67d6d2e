import { webMediaTypeOf } from "#main/node/web-media-type.ts";
import { APP_HOST, APP_SCHEME } from "#shared/contract/shell-names.ts";

/** What a request to the bundle means: the page itself, one file below the bundle's root, or nothing that we serve. */
export type BundlePath =
  | { readonly kind: "page" }
  | { readonly kind: "file"; readonly segments: readonly string[]; readonly mediaType: string }
  | { readonly kind: "refused"; readonly status: 400 | 403; readonly reason: string };

const MAX_ADDRESS_LENGTH = 2048;

/** Names that a build makes. A leading dot is refused: hidden files are no part of the bundle. */
const FILE_SEGMENT = /^[A-Za-z0-9_@-][A-Za-z0-9._@-]{0,199}$/;

/**
 * Decides what an `app://` request may read. The address is refused, not repaired, when it carries an encoded slash,
 * backslash or dot segment, a NUL or another control character, credentials, or a foreign host: none of them is ever
 * written by our own pages. What has no file extension of ours is a view of the console, and gets the page.
 */
export function resolveBundlePath(address: string): BundlePath {
  const url = address.length > MAX_ADDRESS_LENGTH ? null : URL.parse(address);
  if (url === null) return refused(400, "not an address");
  if (url.protocol !== `${APP_SCHEME}:` || url.host !== APP_HOST) return refused(403, "not this application's host");
  if (url.username !== "" || url.password !== "") return refused(403, "credentials in the address");
  const path = decodeOnce(url.pathname);
  if (path === undefined) return refused(400, "badly encoded path");
  if (/[\\\p{Cc}%]/u.test(path)) return refused(400, "a character that no path of ours has");
  if (/%2f/i.test(url.pathname)) return refused(400, "an encoded slash");
  const segments = path.split("/").filter((segment) => segment !== "");
  if (hasDotSegment(path) || hasDotSegment(rawPath(address))) return refused(403, "a path that leaves its folder");
  const mediaType = webMediaTypeOf(path);
  if (mediaType === undefined || mediaType.startsWith("text/html")) return { kind: "page" };
  if (!segments.every((segment) => FILE_SEGMENT.test(segment))) return refused(403, "not a name of the bundle");
  return { kind: "file", segments, mediaType };
}

/** The path as it was written, before URL parsing folded `..` away: our pages never write one, so it is an attack or a bug. */
function rawPath(address: string): string {
  const withoutQuery = address.split(/[?#]/, 1)[0] ?? "";
  return decodeOnce(withoutQuery.replace(/^[a-z]+:\/\/[^/]*/i, "")) ?? "..";
}

function hasDotSegment(path: string): boolean {
  return path.split(/[/\\]/).some((segment) => segment === "." || segment === "..");
}

function decodeOnce(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}

const refused = (status: 400 | 403, reason: string): BundlePath => ({ kind: "refused", status, reason });
