/**
 * The policy of the console's pages, sent as a header with each load: nothing by default, scripts and styles of the
 * bundle, and the styles that carry this load's nonce. A page talks to nobody but where it came from.
 *
 * @param nonceCovers what else of a page may carry the nonce: the server's own pages have a script in them.
 */
export function contentSecurityPolicy(nonce: string, nonceCovers: "styles" | "styles and scripts"): string {
  return [
    "default-src 'none'",
    nonceCovers === "styles" ? "script-src 'self'" : `script-src 'self' 'nonce-${nonce}'`,
    `style-src 'self' 'nonce-${nonce}'`,
    "font-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "object-src 'none'",
  ].join("; ");
}
