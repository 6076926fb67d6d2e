import { z } from "zod";
import { archiveEntry, type ArchiveEntry, type ArchiveListing } from "./archive-listing.ts";

/** Most differences that are told; the counts are of all. */
const MOST_CHANGES = 200;

/** How two archives differ, entry by entry. */
export const entriesComparison = z.object({
  changes: z
    .array(
      z.object({
        path: z.string(),
        before: archiveEntry.omit({ path: true }).optional(),
        after: archiveEntry.omit({ path: true }).optional(),
      }),
    )
    .max(MOST_CHANGES),
  added: z.int().min(0),
  removed: z.int().min(0),
  changed: z.int().min(0),
  same: z.int().min(0),
  /** False when an archive holds more than was read; then what seems added or removed may only lie further behind. */
  isWhole: z.boolean(),
});
export type EntriesComparison = z.infer<typeof entriesComparison>;

/** Compares by path: an entry is changed when its kind, size or permissions are. What lies inside files is not read. */
export function compareEntries(before: ArchiveListing, after: ArchiveListing): EntriesComparison {
  const old = new Map(before.entries.map((one) => [one.path, one]));
  const young = new Map(after.entries.map((one) => [one.path, one]));
  const paths = [...new Set([...old.keys(), ...young.keys()])].toSorted();
  const pairs = paths.map((path) => ({ path, before: old.get(path), after: young.get(path) }));
  const differing = pairs.filter((pair) => !isSame(pair.before, pair.after));
  return {
    changes: differing.slice(0, MOST_CHANGES).map(({ path, ...pair }) => ({
      path,
      ...(pair.before && { before: withoutPath(pair.before) }),
      ...(pair.after && { after: withoutPath(pair.after) }),
    })),
    added: differing.filter((pair) => pair.before === undefined).length,
    removed: differing.filter((pair) => pair.after === undefined).length,
    changed: differing.filter((pair) => pair.before !== undefined && pair.after !== undefined).length,
    same: pairs.length - differing.length,
    isWhole: before.isWhole && after.isWhole,
  };
}

function isSame(before: ArchiveEntry | undefined, after: ArchiveEntry | undefined): boolean {
  return (
    before !== undefined &&
    after !== undefined &&
    before.kind === after.kind &&
    before.sizeBytes === after.sizeBytes &&
    before.mode === after.mode
  );
}

const withoutPath = ({ kind, sizeBytes, mode }: ArchiveEntry): Omit<ArchiveEntry, "path"> => ({
  kind,
  sizeBytes,
  ...(mode === undefined ? {} : { mode }),
});
