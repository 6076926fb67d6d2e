/** Entries of any one list or table of a signed document, but for the files of a role. */
const MAX_ENTRIES = 2000;
/** Lists and tables within each other. The deepest of ours, the paths of a delegation, lie at five. */
const MAX_DEPTH = 12;

/**
 * Whether a document can be read without stopping this host for long. Documents are read before their signatures are
 * checked, and the library takes the square of the entries of a table; files alone it is made to read in one pass, since
 * an application may well have many thousand releases.
 */
export function isBearable({ targets, ...others }: Readonly<Record<string, unknown>>): boolean {
  return (
    isWithin(others, 1) && (typeof targets !== "object" || targets === null || Object.values(targets).every((file) => isWithin(file, 2)))
  );
}

function isWithin(value: unknown, depth: number): boolean {
  if (typeof value !== "object" || value === null) return true;
  const entries: readonly unknown[] = Object.values(value);
  return depth <= MAX_DEPTH && entries.length <= MAX_ENTRIES && entries.every((entry) => isWithin(entry, depth + 1));
}
