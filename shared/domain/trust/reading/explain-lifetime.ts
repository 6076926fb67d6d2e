import { change, note, warning, type ExplanationLine } from "./explanation.ts";

const DAY_MS = 86_400_000;

/**
 * The longest lives that documents of operators have, in days (root two years, targets thirty days), with a day for
 * clocks that differ. A longer one would let whoever withholds newer documents hold hosts on old ones.
 */
const MAX_DAYS = { root: 731, targets: 31 } as const;

/** What is compared of two versions of a document. */
type Dated = { readonly version: number; readonly expires: string };

/** Version and end of a document against the last one known. */
export function explainLifetime(
  kind: keyof typeof MAX_DAYS,
  name: string,
  document: Dated,
  known: Dated | undefined,
  now: number,
): readonly ExplanationLine[] {
  const days = Math.round((Date.parse(document.expires) - now) / DAY_MS);
  const lines: ExplanationLine[] = [note(`${name} ${document.version} holds until ${document.expires.slice(0, 10)} (${days} days).`)];
  if (days > MAX_DAYS[kind]) lines.push(warning(`${name} would hold for ${days} days; more than ${MAX_DAYS[kind]} is never asked for.`));
  if (Date.parse(document.expires) <= now)
    lines.push(warning(`${name} has expired already; hosts will refuse it. Is this machine's clock right?`));
  if (known === undefined) return lines;
  if (document.version < known.version)
    lines.push(warning(`${name} goes back from version ${known.version} to ${document.version}: a lower version than this key has seen.`));
  if (document.version === known.version) lines.push(warning(`${name} ${document.version} exists already with other content.`));
  if (document.version > known.version + 1)
    lines.push(note(`${name}: versions ${known.version + 1} to ${document.version - 1} were made without this key.`));
  return lines;
}

/** The line of a document that says the same as before, for longer. */
export function sameForLonger(name: string): ExplanationLine {
  return change(`Signs ${name} again, unchanged, for longer.`);
}
