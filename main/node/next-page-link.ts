/** Longer headers are not looked at. */
const MAX_LINK_CHARACTERS = 16_384;

/** The target of `rel="next"` in a `Link` header, RFC 8288; undefined on the last page. It is what a server says: check it. */
export function nextPageLink(header: string | string[] | undefined): string | undefined {
  const text = Array.isArray(header) ? header.join(", ") : (header ?? "");
  if (text.length > MAX_LINK_CHARACTERS) return undefined;
  return /<([^<>]*)>[^<]*?;\s*rel\s*=\s*"?next"?(?:[\s;,]|$)/i.exec(text)?.[1];
}
