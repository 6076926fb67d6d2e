/** What the palette can offer. */
export type PaletteEntry = {
  readonly id: string;
  readonly title: string;
  readonly words: string;
  readonly group: string;
  /** Why it may not run now. */
  readonly disabledReason?: string | undefined;
};

/**
 * How well `query` fits, lower is better; undefined when it does not fit at all. Words that begin with a word of the
 * query come before words that contain it, and those before mere letters in order.
 */
export function fitOf(query: string, entry: PaletteEntry): number | undefined {
  const title = entry.title.toLowerCase();
  const all = `${title} ${entry.words.toLowerCase()}`;
  let total = 0;
  for (const word of query
    .toLowerCase()
    .split(/\s+/)
    .filter((part) => part !== "")) {
    const fit = fitOfWord(word, title, all);
    if (fit === undefined) return undefined;
    total += fit;
  }
  return total;
}

function fitOfWord(word: string, title: string, all: string): number | undefined {
  if (title.startsWith(word)) return 0;
  if (title.includes(` ${word}`)) return 1;
  if (all.includes(` ${word}`)) return 2;
  if (all.includes(word)) return 3;
  return isSubsequence(word, title) ? 6 : undefined;
}

function isSubsequence(letters: string, text: string): boolean {
  let at = 0;
  for (const letter of letters) {
    at = text.indexOf(letter, at) + 1;
    if (at === 0) return false;
  }
  return true;
}

/** The entries that fit: those that may run first, then the best fit, then the recent ones, then the order they came in. */
export function rankEntries<E extends PaletteEntry>(entries: readonly E[], query: string, recent: readonly string[]): readonly E[] {
  const rankOf = (entry: E): number => (recent.includes(entry.id) ? recent.indexOf(entry.id) : recent.length);
  return entries
    .flatMap((entry) => {
      const fit = fitOf(query, entry);
      return fit === undefined ? [] : [{ entry, fit }];
    })
    .sort(
      (left, right) =>
        Number(isBarred(left.entry)) - Number(isBarred(right.entry)) || left.fit - right.fit || rankOf(left.entry) - rankOf(right.entry),
    )
    .map(({ entry }) => entry);
}

const isBarred = (entry: PaletteEntry): boolean => entry.disabledReason !== undefined;
