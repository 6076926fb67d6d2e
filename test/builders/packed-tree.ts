import { gzipSync, zstdCompressSync } from "node:zlib";
import { storedZip } from "./stored-zip.ts";
import { tarArchive } from "./tar-archive.ts";

/** Archives that hosts unpack. */
export const ARCHIVE_KINDS = ["tar", "tar.gz", "tar.zst", "zip"] as const;
export type ArchiveKind = (typeof ARCHIVE_KINDS)[number];

/** What lies at a path: a text, a program, or a link to somewhere. */
export type TreeItem = string | { readonly program: string } | { readonly link: string };

/** Packs a tree as an archive of that kind. */
export function packTree(kind: ArchiveKind, tree: Readonly<Record<string, TreeItem>>): Buffer {
  if (kind === "zip") return zipOf(tree);
  const tar = tarArchive(
    ...Object.entries(tree).map(([path, item]) => {
      if (typeof item === "string") return { path, content: item };
      return "link" in item ? { path, type: "SymbolicLink" as const, linkpath: item.link } : { path, content: item.program, mode: 0o755 };
    }),
  );
  if (kind === "tar") return tar;
  return kind === "tar.gz" ? gzipSync(tar) : zstdCompressSync(tar);
}

function zipOf(tree: Readonly<Record<string, TreeItem>>): Buffer {
  const files = Object.entries(tree).map(([path, item]) => {
    if (typeof item === "string") return [path, { content: item }] as const;
    return [path, "link" in item ? { content: item.link, mode: 0o120777 } : { content: item.program, mode: 0o755 }] as const;
  });
  return storedZip(Object.fromEntries(files));
}
