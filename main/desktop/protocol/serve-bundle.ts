import { randomBytes } from "node:crypto";
import { readFile, realpath } from "node:fs/promises";
import { join, sep } from "node:path";
import { contentSecurityPolicy } from "#main/node/content-security-policy.ts";
import { resolveBundlePath } from "./resolve-bundle-path.ts";

/** Stands in the built index.html where the nonce of the load belongs: in a meta tag that the renderer reads. */
export const NONCE_PLACEHOLDER = "__CSP_NONCE__";

const COMMON_HEADERS = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
} as const;

/**
 * Answers `app://` requests from the folder of the renderer's build, and from nowhere else: the decision is made by
 * {@link resolveBundlePath}, and a link inside the folder that leads out of it is refused as well.
 */
export function createBundleServer(rootFolder: string): (request: Request) => Promise<Response> {
  return async (request) => {
    if (request.method !== "GET" && request.method !== "HEAD") return plain(405, "only GET and HEAD are answered");
    const asked = resolveBundlePath(request.url);
    if (asked.kind === "refused") return plain(asked.status, asked.reason);
    if (asked.kind === "page") return page(rootFolder);
    const content = await readInside(rootFolder, asked.segments);
    if (content === undefined) return plain(404, "no such file in the bundle");
    return new Response(content, {
      headers: { ...COMMON_HEADERS, "content-type": asked.mediaType, "cache-control": "no-cache" },
    });
  };
}

async function page(rootFolder: string): Promise<Response> {
  const html = await readInside(rootFolder, ["index.html"]);
  if (html === undefined) return plain(404, "The console is not built. Run `npm run build`, then start again.");
  const nonce = randomBytes(18).toString("base64");
  return new Response(html.toString("utf8").replaceAll(NONCE_PLACEHOLDER, nonce), {
    headers: {
      ...COMMON_HEADERS,
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": contentSecurityPolicy(nonce, "styles"),
      "cache-control": "no-store",
    },
  });
}

/** The file's bytes; undefined when it is not there, is no file, or is a link to somewhere outside the folder. */
async function readInside(rootFolder: string, segments: readonly string[]): Promise<Buffer<ArrayBuffer> | undefined> {
  try {
    const root = await realpath(rootFolder);
    const file = await realpath(join(root, ...segments));
    return file.startsWith(root + sep) ? await readFile(file) : undefined;
  } catch {
    // Missing, a folder, or unreadable: for a bundle that we built ourselves they all mean "not there".
    return undefined;
  }
}

function plain(status: number, text: string): Response {
  return new Response(text, { status, headers: { ...COMMON_HEADERS, "content-type": "text/plain; charset=utf-8" } });
}
