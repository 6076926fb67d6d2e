/**
 * What must not reach a terminal or a sentence as it is: control characters (which move the cursor, hide and colour
 * text), direction marks (which reorder it), invisible characters and line separators (which fake lines of ours).
 */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/gu;

/**
 * Somebody else's text as one line that a person can believe to see whole: everything that does not print is written as
 * `\u{1b}`, so that it shows instead of acting.
 *
 * @param maxLength longer text is cut, which an ellipsis shows.
 */
export function shownText(text: string, maxLength = 300): string {
  const shown = text.replaceAll(UNSAFE, escaped);
  return shown.length <= maxLength ? shown : `${shown.slice(0, maxLength - 1)}…`;
}

/** What acts on a terminal or reorders a line, in text whose line breaks and joined letters are meant. */
const ACTING = /(?![\n\t])[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/gu;

/** The last guard of an output: whatever acts on a terminal is written out; line breaks and tabs stay. */
export function inertText(text: string): string {
  return text.replaceAll(ACTING, escaped);
}

/** The same for a JSON text, whose value stays what it is. */
export function inertJson(text: string): string {
  return text.replaceAll(ACTING, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

function escaped(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
