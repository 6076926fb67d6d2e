import type { UnpackLimits } from "./unpack-limits.ts";

/** The path of an entry, cleaned, or why it is refused (a half sentence). The archive's own root is the empty path. */
export type MemberPath = { readonly path: string; readonly refused?: never } | { readonly path?: never; readonly refused: string };

const MOST_NAME_BYTES = 255;
const bytesOf = (text: string): number => new TextEncoder().encode(text).length;

/**
 * Judges the path of an entry. `./bin//web/` becomes `bin/web`; what could mean anything outside the folder, or something
 * else on another system, is refused rather than mended: an archive that needs mending was made to be mistaken.
 */
export function memberPath(raw: string, limits: Pick<UnpackLimits, "depth" | "pathBytes">): MemberPath {
  if (/\p{Cc}/u.test(raw)) return { refused: "it has a control character in its name" };
  if (raw.includes("\uFFFD")) return { refused: "its name is not UTF-8" };
  if (raw.includes("\\")) return { refused: "it has a backslash in its name" };
  if (raw.startsWith("/") || /^[A-Za-z]:/.test(raw)) return { refused: "its path is absolute" };
  const parts = raw.split("/").filter((part) => part !== "" && part !== ".");
  if (parts.includes("..")) return { refused: "its path leads out of the archive" };
  const path = parts.join("/");
  if (bytesOf(path) > limits.pathBytes || parts.some((part) => bytesOf(part) > MOST_NAME_BYTES)) return { refused: "its path is too long" };
  if (parts.length > limits.depth) return { refused: `it lies more than ${limits.depth} folders deep` };
  return { path };
}
