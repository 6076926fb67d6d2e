import { z } from "zod";

/** Longest path that is kept of an entry. */
export const MOST_PATH = 500;

/** Most entries that are read of one archive. */
export const MOST_ENTRIES = 5000;

/** One entry of an archive. `mode` is the Unix permission bits, where the archive has them. */
export const archiveEntry = z.object({
  path: z.string().max(MOST_PATH),
  kind: z.enum(["file", "folder", "link"]),
  sizeBytes: z.number().min(0),
  mode: z.int().min(0).max(0o7777).optional(),
});
export type ArchiveEntry = z.infer<typeof archiveEntry>;

/** What an archive holds. `isWhole` is false when there is more than was read. */
export type ArchiveListing = { readonly entries: readonly ArchiveEntry[]; readonly isWhole: boolean };

/** Bytes that come one after another: of a file, where skipping is free, or of a decompressor, where it is not. */
export type ForwardReader = {
  /** The next bytes; fewer than asked for only at the end. */
  readonly read: (length: number) => Promise<Uint8Array>;
  readonly skip: (length: number) => Promise<void>;
};
