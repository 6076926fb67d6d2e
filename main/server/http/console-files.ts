import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join, sep } from "node:path";
import type { Content } from "./send-content.ts";

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  css: "text/css; charset=utf-8",
  html: "text/html; charset=utf-8",
  ico: "image/x-icon",
  js: "text/javascript; charset=utf-8",
  json: "application/json; charset=utf-8",
  map: "application/json; charset=utf-8",
  png: "image/png",
  svg: "image/svg+xml",
  webmanifest: "application/manifest+json",
  webp: "image/webp",
  woff: "font/woff",
  woff2: "font/woff2",
};

/** Names below this folder carry the hash of their content. */
const HASHED = /^\/assets\//;
const IMMUTABLE = "public, max-age=31536000, immutable";
const REVALIDATE = "no-cache";

/** The built console, as it was when the server first looked: its page, and every file by its path. */
export type ConsoleFiles = { readonly page: string; readonly files: ReadonlyMap<string, Content> };

/**
 * Reads which files the build of the console has. Only what was found here is ever served, so no path can lead out of
 * the folder. Undefined when the console was not built.
 */
export async function readConsoleFiles(folder: string): Promise<ConsoleFiles | undefined> {
  try {
    const page = await readFile(join(folder, "index.html"), "utf8");
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    const files = await Promise.all(paths.map((path) => describe(folder, path)));
    return { page, files: new Map(files.filter((one) => one !== undefined)) };
  } catch (thrown) {
    if (thrown instanceof Error && "code" in thrown && thrown.code === "ENOENT") return undefined;
    throw thrown;
  }
}

async function describe(folder: string, path: string): Promise<readonly [string, Content] | undefined> {
  const contentType = MEDIA_TYPES[path.slice(path.lastIndexOf(".") + 1)];
  const url = path.slice(folder.length).split(sep).join("/");
  if (contentType === undefined || url === "/index.html") return undefined;
  const bytes = await readFile(path);
  const etag = `"${createHash("sha256").update(bytes).digest("base64url").slice(0, 22)}"`;
  const open = (range?: { readonly first: number; readonly last: number }) =>
    Promise.resolve<AsyncIterable<Uint8Array>>(createReadStream(path, range && { start: range.first, end: range.last }));
  return [url, { sizeBytes: bytes.length, contentType, etag, cacheControl: HASHED.test(url) ? IMMUTABLE : REVALIDATE, open }];
}
