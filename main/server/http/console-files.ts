import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { join, sep } from "node:path";
import { webMediaTypeOf } from "#main/node/web-media-type.ts";
import type { Content } from "./send-content.ts";

/** Names below this folder carry the hash of their content. */
const HASHED = /^\/assets\//;
const IMMUTABLE = "public, max-age=31536000, immutable";
const REVALIDATE = "no-cache";

/** One build of the console: its page, and every file by its path. */
export type ConsoleFiles = { readonly page: string; readonly files: ReadonlyMap<string, Content>; readonly builtAtMs: number };

/** Whether a path is that of a file of the console, there or not. Versions and product ids end in dots and words, too. */
export function isConsoleFile(path: string): boolean {
  return HASHED.test(path) || webMediaTypeOf(path.toLowerCase()) !== undefined;
}

/** When the console was built, by its page; undefined when there is none. */
export async function consoleBuiltAt(folder: string): Promise<number | undefined> {
  return stat(join(folder, "index.html")).then(
    (found) => found.mtimeMs,
    () => undefined,
  );
}

/**
 * Reads which files the build of the console has. Only what was found here is ever served, so no path can lead out of
 * the folder. Undefined when the console was not built.
 */
export async function readConsoleFiles(folder: string): Promise<ConsoleFiles | undefined> {
  try {
    const page = await readFile(join(folder, "index.html"), "utf8");
    const builtAtMs = (await consoleBuiltAt(folder)) ?? 0;
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    const files = await Promise.all(paths.map((path) => describe(folder, path)));
    return { page, files: new Map(files.filter((one) => one !== undefined)), builtAtMs };
  } catch (thrown) {
    if (thrown instanceof Error && "code" in thrown && thrown.code === "ENOENT") return undefined;
    throw thrown;
  }
}

async function describe(folder: string, path: string): Promise<readonly [string, Content] | undefined> {
  const contentType = webMediaTypeOf(path);
  const url = path.slice(folder.length).split(sep).join("/");
  if (contentType === undefined || url === "/index.html") return undefined;
  const bytes = await readFile(path);
  const etag = `"${createHash("sha256").update(bytes).digest("base64url").slice(0, 22)}"`;
  const open = (range?: { readonly first: number; readonly last: number }) =>
    Promise.resolve<AsyncIterable<Uint8Array>>(createReadStream(path, range && { start: range.first, end: range.last }));
  return [url, { sizeBytes: bytes.length, contentType, etag, cacheControl: HASHED.test(url) ? IMMUTABLE : REVALIDATE, open }];
}
