/** What an archive may amount to. A release beyond any of them is refused before its first byte is written. */
export type UnpackLimits = {
  /** Files, folders and links together. */
  readonly entries: number;
  /** Folders above an entry. */
  readonly depth: number;
  /** Bytes of one path in UTF-8. */
  readonly pathBytes: number;
  /** Bytes of all files together. */
  readonly totalBytes: number;
  /** Whether two names that differ in case or Unicode form alone are one file here, as on macOS and Windows. */
  readonly foldsCase: boolean;
};

/** Nobody's program unpacks to more than this many times its archive; bombs do. Small archives may hold much air. */
const MOST_RATIO = 200;
const ALWAYS_ALLOWED_BYTES = 64 * 1024 * 1024;
const MOST_BYTES = 64 * 2 ** 30;

/**
 * The limits for one archive.
 *
 * @param budgetBytes the disk budget of the application; undefined leaves only the bounds against bombs.
 */
export function unpackLimits(archiveBytes: number, budgetBytes: number | undefined, foldsCase: boolean): UnpackLimits {
  const byRatio = Math.max(ALWAYS_ALLOWED_BYTES, archiveBytes * MOST_RATIO);
  const totalBytes = Math.min(byRatio, budgetBytes ?? MOST_BYTES, MOST_BYTES);
  return { entries: 100_000, depth: 32, pathBytes: 1024, totalBytes, foldsCase };
}
