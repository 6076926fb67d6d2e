/** Where links of the console may lead, as exact https origins. A link to elsewhere is text to copy, not a door. */
const EXTERNAL_ORIGINS: ReadonlySet<string> = new Set(["https://rollcall.example", "https://github.com", "https://docs.github.com"]);

/** A link that may be offered to the person's browser, or why not. `host` is what the person is shown before it opens. */
export type ExternalLink =
  | { readonly kind: "allowed"; readonly url: string; readonly host: string }
  | { readonly kind: "refused"; readonly reason: string };

/**
 * Judges a link by its parsed parts, never by its text: `https://github.com.evil.example`, `https://github.com@evil.example`,
 * `javascript:` and `file:` all look right to a prefix check. A port other than https's own is another origin.
 */
export function externalLink(address: string): ExternalLink {
  const url = address.length > 2000 ? null : URL.parse(address);
  if (url === null) return { kind: "refused", reason: "not an address" };
  if (url.protocol !== "https:") return { kind: "refused", reason: "only https links are opened" };
  if (url.username !== "" || url.password !== "") return { kind: "refused", reason: "the link carries credentials" };
  if (!EXTERNAL_ORIGINS.has(url.origin)) return { kind: "refused", reason: `${url.host} is not on the list of known sites` };
  return { kind: "allowed", url: url.href, host: url.host };
}
